const { contextBridge, ipcRenderer } = require("electron");

contextBridge.exposeInMainWorld("sam2", {
  open: (file) => ipcRenderer.invoke("open", file),
  click: (point) => ipcRenderer.invoke("click", point),
});
