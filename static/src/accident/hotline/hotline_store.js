import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

/** What the operator typed, kept on the device until the server has it (one draft, and reports to be sent). */
export class HotlineStore {
    constructor(companyId) {
        this.prefix = `dealer_insurance.hotline.${user.userId}.${companyId}`;
    }

    read(name, fallback) {
        try {
            return JSON.parse(browser.localStorage.getItem(`${this.prefix}.${name}`)) ?? fallback;
        } catch {
            return fallback; // written by somebody else, or no storage in this window
        }
    }

    write(name, value) {
        try {
            browser.localStorage.setItem(`${this.prefix}.${name}`, JSON.stringify(value));
            return true;
        } catch {
            return false; // full or forbidden: the operator is told that nothing is kept
        }
    }

    remove(name) {
        try {
            browser.localStorage.removeItem(`${this.prefix}.${name}`);
        } catch {
            // nothing was kept
        }
    }
}

/** Return a key that no other report has, also where the page has no secure context. */
export function makeKey() {
    const bytes = new Uint8Array(16);
    browser.crypto?.getRandomValues?.(bytes) ?? window.crypto.getRandomValues(bytes);
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
