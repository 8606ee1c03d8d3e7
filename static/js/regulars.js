// What every page may need; pages add their own modules.
import "./dialogs.js";
import "./menus.js";
import "./phone.js";
import "./strip.js";
import "./toasts.js";
