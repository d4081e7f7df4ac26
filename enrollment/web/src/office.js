// What the pages do in the browser. All of it is comfort but passkeys: without script, every form still works.
import htmx from "htmx.org";
import { offerPasskeys } from "./passkeys.js";

// Nothing that comes from the server runs as code, nothing is asked of other hosts, and no page is kept in the browser.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyEnabled: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
});

offerPasskeys();
