import { registry } from "@web/core/registry";

const page = (number) => new File([`%PDF-1.4\n%${number}`], `scan ${number}.pdf`, { type: "application/pdf" });
const files = (...list) => {
    const transfer = new DataTransfer();
    list.forEach((file) => transfer.items.add(file));
    return transfer;
};
const drop = (selector, ...list) => {
    const target = document.querySelector(selector);
    for (const type of ["dragover", "drop"]) {
        target.dispatchEvent(
            new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: files(...list) })
        );
    }
};
const present = (text) => `.o_archive_document:contains(${text}):has(.fa-check-circle)`;

registry.category("web_tour.tours").add("dealer_insurance_archive", {
    steps: () => [
        { trigger: ".o_archive_document:contains(Premium invoice) .fa-exclamation-circle" },
        {
            // many files at once: their names tell what they are
            trigger: ".o_archive_documents .o_archive_drop",
            run: () =>
                drop(
                    ".o_archive_documents .o_archive_drop",
                    new File(["%PDF-1.4 a"], "保费发票.pdf"),
                    new File(["%PDF-1.4 b"], "建议书.pdf"),
                    new File(["MZ no document"], "virus.pdf"),
                    new File(["%PDF-1.4 c"], "IMG_1.pdf")
                ),
        },
        { trigger: ".o_notification:contains(virus.pdf is none of the types)" },
        { trigger: ".o_notification:contains(IMG_1.pdf)" },
        { trigger: present("Premium invoice") },
        { trigger: present("Proposal") },
        { trigger: present("Other document") },
        {
            // onto a document: it is what the clerk says
            trigger: ".o_archive_document:contains(Application form)",
            run: () => {
                const row = [...document.querySelectorAll(".o_archive_document")].find((one) =>
                    one.textContent.includes("Application form")
                );
                drop(`[data-document="${row.dataset.document}"]`, page(1));
            },
        },
        { trigger: present("Application form") },
        {
            trigger: ".o_archive_drop button:contains(Add Files):enabled",
            run: () => {
                const input = document.querySelector(".o_archive_drop input[multiple]");
                input.files = files(new File(["%PDF-1.4 d"], "行驶证.pdf")).files;
                input.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        { trigger: present("Driving licence") },
        // a file whose kind was not known is put where it belongs
        { trigger: ".o_archive_document:contains(IMG_1.pdf) .o_archive_file button", run: "click" },
        { trigger: ".o_archive_menu .o-dropdown-item:contains(Notice of the floating)", run: "click" },
        { trigger: present("Notice of the floating") },
        // withdrawn with a reason
        { trigger: ".o_archive_document:contains(建议书.pdf) .o_archive_file button", run: "click" },
        { trigger: ".o_archive_menu .o-dropdown-item:contains(Withdraw)", run: "click" },
        { trigger: ".modal div[name=reason] input", run: "edit Proposal of another customer" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_archive_document:contains(Proposal):has(.fa-exclamation-circle)" },
        { trigger: ".o_form_view:contains(Proposal of another customer)" },
    ],
});
