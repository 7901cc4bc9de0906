import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { shrinkImage } from "./shrink_image";

const DOCUMENT = "insurance.archive.document";

/**
 * The documents of a folder: what is there and what is missing. Files are dropped onto the whole list, which guesses
 * what they are by their names, or onto one document; a phone takes photographs instead.
 */
export class ArchiveDocuments extends Component {
    static template = "dealer_insurance.ArchiveDocuments";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.viewer = useFileViewer();
        this.filesInput = useRef("files");
        this.cameraInput = useRef("camera");
        this.target = false;
        this.state = useState({ documents: [], kinds: [], hidden: 0, canWrite: false, over: null, busy: "" });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((props) => {
            if (!this.state.busy) {
                return this.load(props.record.resId);
            }
        });
    }

    async load(id = this.props.record.resId) {
        if (!id) {
            return;
        }
        const { documents, kinds, hidden, can_write, max_size } = await this.orm.call(
            "insurance.archive", "get_documents", [[id]]
        );
        Object.assign(this.state, { documents, kinds, hidden, canWrite: can_write });
        this.maxSize = max_size;
    }

    /** What the folder asks for comes first, what may be there as well comes after it. */
    get groups() {
        const isAsked = (one) => one.is_required || one.need === "required";
        return [
            { key: "asked", title: _t("Required"), documents: this.state.documents.filter(isAsked) },
            { key: "other", title: _t("Further documents"), documents: this.state.documents.filter((one) => !isAsked(one)) },
        ].filter((group) => group.documents.length);
    }

    stateClass(one) {
        if (one.state === "present") {
            return "fa-check-circle text-success";
        }
        if (one.state === "not_needed") {
            return "fa-minus-circle text-muted";
        }
        return one.is_required ? "fa-exclamation-circle text-danger" : "fa-circle-o text-muted";
    }

    stateTitle(one) {
        return {
            present: _t("Present"),
            not_needed: _t("Not needed"),
            missing: one.is_required ? _t("Missing") : _t("Not there yet"),
        }[one.state];
    }

    // === UPLOAD === //

    choose(input, documentId = false) {
        this.target = documentId;
        input.el.value = "";
        input.el.click();
    }

    chooseFiles(documentId) {
        this.choose(this.filesInput, documentId);
    }

    takePhoto(documentId) {
        this.choose(this.cameraInput, documentId);
    }

    onChosen(event) {
        return this.upload([...event.target.files], this.target);
    }

    onDragOver(event, key) {
        if (this.state.canWrite && event.dataTransfer.types.includes("Files")) {
            event.preventDefault();
            event.stopPropagation();
            this.state.over = key;
        }
    }

    onDragLeave(event) {
        if (!event.currentTarget.contains(event.relatedTarget)) {
            this.state.over = null;
        }
    }

    onDrop(event, documentId = false) {
        this.state.over = null;
        if (!this.state.canWrite || !event.dataTransfer.files.length) {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        return this.upload([...event.dataTransfer.files], documentId);
    }

    /** Files go up one by one: a refused one says why and does not stop the others. */
    async upload(files, documentId) {
        const unknown = [];
        for (const [index, file] of files.entries()) {
            this.state.busy = _t("File %(index)s of %(count)s …", { index: index + 1, count: files.length });
            try {
                const filed = await this.uploadOne(file, documentId);
                if (filed.is_unknown) {
                    unknown.push(file.name);
                }
            } catch (error) {
                this.notification.add(error.data?.message || error.message, { type: "danger", sticky: true });
            }
        }
        if (unknown.length) {
            this.notification.add(
                _t("Nothing in the name says what this is, choose the document: %s", unknown.join(", ")),
                { type: "warning", sticky: true }
            );
        }
        await this.refresh();
    }

    async uploadOne(original, documentId) {
        const file = await shrinkImage(original);
        if (file.size > this.maxSize) {
            // not sent over a phone line in order to be refused; the server says the same
            throw new Error(
                _t("%(file)s is larger than %(limit)s MB. Scan it in a lower resolution.", {
                    file: file.name,
                    limit: Math.round(this.maxSize / 1024 / 1024),
                })
            );
        }
        const content = (await getDataURLFromFile(file)).split(",")[1] || "";
        return this.orm.silent.call("insurance.archive", "upload_file", [[this.props.record.resId], file.name, content], {
            document_id: documentId,
        });
    }

    /** Completeness and history of the form follow what changed here. */
    async refresh() {
        await this.load();
        await this.props.record.load();
        this.state.busy = "";
    }

    // === FILES === //

    preview(one, file) {
        const models = one.files.map((values) => Object.assign(new FileModel(), values));
        const model = models.find((other) => other.id === file.id);
        if (model.isViewable) {
            this.viewer.open(model, models);
        } else {
            window.open(model.downloadUrl, "_blank");
        }
    }

    icon(file) {
        return file.mimetype.startsWith("image/") ? "fa-file-image-o" : "fa-file-pdf-o";
    }

    moveTargets(one) {
        return [
            ...this.state.documents.filter((other) => other.id !== one.id).map(({ id, name }) => ({ id, name, key: `d${id}` })),
            ...this.state.kinds.map(({ id, name }) => ({ kind: id, name, key: `k${id}` })),
        ];
    }

    async move(one, file, target) {
        await this.orm.call(DOCUMENT, "move_file", [[one.id], file.id], {
            document_id: target.id || false,
            type_id: target.kind || false,
        });
        await this.refresh();
    }

    withdraw(one, file) {
        return this.askReason(_t("Withdraw the File"), {
            default_document_id: one.id,
            default_mode: "withdraw_file",
            default_attachment_id: file.id,
            default_file_name: file.name,
        });
    }

    markNotNeeded(one) {
        return this.askReason(_t("Document not Needed"), { default_document_id: one.id, default_mode: "not_needed" });
    }

    askReason(name, context) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name,
                res_model: "insurance.archive.document.reason",
                views: [[false, "form"]],
                target: "new",
                context,
            },
            { onClose: () => this.refresh() }
        );
    }

    async needAgain(one) {
        await this.orm.call(DOCUMENT, "action_needed_again", [[one.id]]);
        await this.refresh();
    }

    async togglePaper(one) {
        await this.orm.write(DOCUMENT, [one.id], { is_paper: !one.is_paper });
        await this.refresh();
    }

    open(one) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: one.name,
                res_model: DOCUMENT,
                res_id: one.id,
                views: [[false, "form"]],
                target: "new",
            },
            { onClose: () => this.refresh() }
        );
    }
}

registry.category("view_widgets").add("insurance_archive_documents", { component: ArchiveDocuments });
