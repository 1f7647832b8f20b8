// Draws the diagrams in the colours of the theme, and again when the reader changes the theme.
(() => {
  const boxes = [...document.querySelectorAll("pre.mermaid")];
  const texts = boxes.map((box) => box.textContent);
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const theme = document.body.dataset.theme;
    return theme === "dark" || (theme !== "light" && wish.matches);
  };
  // The colours of the pictures, mpscope.PALETTE: a test compares them.
  const colors = (darkMode, paper, ink, line, box, edge) => ({
    darkMode, background: paper, textColor: ink, lineColor: line, edgeLabelBackground: paper,
    primaryColor: box, primaryBorderColor: edge, primaryTextColor: ink,
    clusterBkg: "transparent", clusterBorder: line, titleColor: ink,
    noteBkgColor: box, noteBorderColor: edge, noteTextColor: ink,
    actorLineColor: line, signalColor: line, signalTextColor: ink,
  });
  const draw = async () => {
    const themeVariables = isDark()
      ? colors(true, "#111111", "#e6edf3", "#a3adb8", "#2b3138", "#56b4e9")
      : colors(false, "#ffffff", "#1f2328", "#57606a", "#e4e8ec", "#0072b2");
    mermaid.initialize({ startOnLoad: false, theme: "base", themeVariables });
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
