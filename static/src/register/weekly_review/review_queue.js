import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { describeDeadline, describePage, formatWeek } from "./review_texts";

/** The pages that wait for a signature, by book. On phones it folds up to one line. */
export class ReviewQueue extends Component {
    static template = "dealer_insurance.ReviewQueue";
    static props = {
        books: Array,
        count: Number,
        pageId: [Number, Boolean],
        open: Function,
    };

    setup() {
        this.state = useState({ isUnfolded: false });
        this.describeDeadline = describeDeadline;
        this.describePage = describePage;
        this.formatWeek = formatWeek;
    }

    describeDelegation(book) {
        return _t("You sign for %s", book.reviewer);
    }

    onSelect(pageId) {
        this.state.isUnfolded = false;
        this.props.open(pageId);
    }
}
