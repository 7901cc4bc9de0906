import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

const SIGNAL = browser.XMLHttpRequest;

/** A request without a signal. */
class LostRequest extends SIGNAL {
    send() {
        this.dispatchEvent(new Event("error"));
    }
}

const question = (name, answer) => `.o_hotline_question[data-question=${name}] .o_hotline_${answer}`;
const open = ".o_hotline_open .o_hotline_card";

// An operator on the phone, at 390 px: a call, a message pasted while there is no signal, a talk.
registry.category("web_tour.tours").add("dealer_insurance_hotline", {
    steps: () => [
        { trigger: ".o_hotline_scope:contains(drives in without calling)" },
        { trigger: ".o_hotline_car", run: "edit k7l82" },
        { trigger: ".o_hotline_choice:contains(赣ZK7L82):contains(****)", run: "click" },
        { trigger: ".o_hotline_chosen .o_hotline_policy:contains(until)" },
        { trigger: ".o_hotline_dial[href='tel:95518']" },
        { trigger: "#o_hotline_phone", run: "edit 13900000001" },
        { trigger: question("is_injury", "yes"), run: "click" },
        { trigger: ".o_hotline_injury:contains(No offer)" },
        { trigger: question("is_drivable", "no"), run: "click" },
        { trigger: question("needs_tow", "yes"), run: "click" },
        { trigger: question("is_insurer_reminded", "yes"), run: "click" },
        { trigger: "#o_hotline_place", run: "edit Tianhe Road" },
        { trigger: ".o_hotline_submit:enabled", run: "click" },
        { trigger: ".o_hotline_done .alert-success:contains(赣ZK7L82)" },
        { trigger: ".o_hotline_new", run: "click" },
        // the insurer's message, of the same accident
        { trigger: ".o_hotline_sources button:contains(Insurer)", run: "click" },
        {
            trigger: ".o_hotline_paste textarea",
            run: "edit 【人保财险】报案号RDAA202636010000012345，车牌赣ZK7L82，请尽快联系",
        },
        { trigger: ".o_hotline_read:enabled", run: "click" },
        { trigger: ".o_hotline_understood:contains(RDAA202636010000012345):contains(请尽快联系)" },
        { trigger: ".o_hotline_chosen:contains(赣ZK7L82)" },
        { trigger: ".o_hotline_earlier:contains(already)" },
        {
            trigger: ".o_hotline_submit:enabled",
            run() {
                // no signal: the report stays on the device
                browser.XMLHttpRequest = LostRequest;
                document.querySelector(".o_hotline_submit").click();
            },
        },
        { trigger: ".o_hotline_done:contains(Kept on this device)" },
        {
            trigger: ".o_hotline_queue:contains(1 reports wait) button",
            run() {
                browser.XMLHttpRequest = SIGNAL;
                document.querySelector(".o_hotline_queue button").click();
            },
        },
        { trigger: ".o_hotline_page:not(:has(.o_hotline_queue))" },
        { trigger: `${open}:contains(To Contact) .o_hotline_log`, run: "click" },
        { trigger: ".modal input[data-value=promised]", run: "click" },
        { trigger: ".modal div[name=promised_on] :is(input, button)", run: "click" },
        { trigger: ".modal div[name=promised_on] input", run: "edit 12/31/2030 10:00:00 && press Enter" },
        { trigger: ".modal div[name=content] textarea", run: "edit Comes tomorrow" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: `body:not(:has(.modal)) ${open}:contains(Promised)` },
    ],
});

// An advisor says that the car has come.
registry.category("web_tour.tours").add("dealer_insurance_accident_return", {
    steps: () => [
        { trigger: ".o_data_row:contains(赣ZK7L82) td[name=plate]", run: "click" },
        { trigger: ".o_form_view button[name=action_log_return]", run: "click" },
        { trigger: ".modal div[name=content] textarea", run: "edit On the yard" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Came)" },
    ],
});

// The leader signs the page of last week.
registry.category("web_tour.tours").add("dealer_insurance_accident_review", {
    steps: () => [
        { trigger: ".o_review_line:contains(赣ZK7L82):contains(Did Not Come)" },
        { trigger: ".o_review_line.o_active", run: "press s" },
        { trigger: ".o_review_question:eq(0) input:focus", run: "press y" },
        { trigger: ".o_review_question:eq(1) input:focus", run: "press y" },
        { trigger: ".o_review_question:eq(2) input:focus", run: "press y" },
        { trigger: ".o_review_sign:enabled", run: "click" },
        { trigger: ".o_view_nocontent:contains(All signed)" },
    ],
});
