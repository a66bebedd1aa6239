// The reader's own font: nothing to wait for before the first text.
import "vitepress/dist/client/theme-default/styles/vars.css";
import "vitepress/dist/client/theme-default/styles/base.css";
import "vitepress/dist/client/theme-default/styles/icons.css";
import "vitepress/dist/client/theme-default/styles/utils.css";
import "vitepress/dist/client/theme-default/styles/components/custom-block.css";
import "vitepress/dist/client/theme-default/styles/components/vp-code.css";
import "vitepress/dist/client/theme-default/styles/components/vp-code-group.css";
import "vitepress/dist/client/theme-default/styles/components/vp-doc.css";
import "./styles/readable.css";
import "./styles/layout.css";
import "./styles/menus.css";
import "./styles/document.css";
import "./styles/home.css";
import Layout from "./Layout.vue";

export default {
  Layout,
  enhanceApp() {
    // The built pages get these scripts from `Layout.vue`; while the site is written, VitePress leaves them out.
    if (import.meta.env.DEV && !import.meta.env.SSR) import("../client/index.js");
  },
};
