// Draws the diagrams in the colours of the theme, and again when the reader changes the theme.
(() => {
  const boxes = [...document.querySelectorAll("pre.mermaid")];
  const texts = boxes.map((box) => box.textContent);
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const theme = document.body.dataset.theme;
    return theme === "dark" || (theme !== "light" && wish.matches);
  };
  const draw = async () => {
    const theme = isDark() ? "dark" : "default";
    const themeVariables = isDark() ? { edgeLabelBackground: "#303030" } : {};
    mermaid.initialize({ startOnLoad: false, theme, themeVariables });
    for (const [n, box] of boxes.entries()) {
      const { svg } = await mermaid.render(`diagram-${n}`, texts[n]);
      box.innerHTML = svg;
    }
  };
  let drawn = isDark();
  const again = () => {
    if (isDark() !== drawn) {
      drawn = isDark();
      draw();
    }
  };
  new MutationObserver(again).observe(document.body, { attributeFilter: ["data-theme"] });
  wish.addEventListener("change", again);
  draw();
})();
