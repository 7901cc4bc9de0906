const LARGEST_SIDE = 2400; // pixels: a page photographed with a phone stays readable
const WORTH_IT = 1024 * 1024;

/**
 * Return a photograph in a size that the archive can keep for years; anything else as it is. Formats that only the
 * phone knows become JPEG on the way.
 *
 * @param {File} file
 * @returns {Promise<File>}
 */
export async function shrinkImage(file) {
    const isKept = ["image/jpeg", "image/png", "image/webp"].includes(file.type);
    if (!file.type.startsWith("image/") || (isKept && file.size < WORTH_IT)) {
        return file;
    }
    let bitmap;
    try {
        bitmap = await createImageBitmap(file);
    } catch {
        return file; // the server says which types it takes
    }
    const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    if (!blob || (isKept && blob.size >= file.size)) {
        return file;
    }
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}
