// What on the page is hard to read (contrast under 4.5:1) or to hit (under 44 px): a list, empty when all is well.
(() => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const seen = (node) => node.checkVisibility() && node.getClientRects().length > 0 && !node.closest(".sr, .skip");
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (node) => {
    const colour = channels(getComputedStyle(node).backgroundColor);
    return colour.length === 4 && colour[3] === 0 ? behind(node.parentElement) : colour;
  };
  const contrast = (node) => {
    const both = [channels(getComputedStyle(node).color), behind(node)].map(luminance);
    const [low, high] = both.sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const isWords = (child) => child.nodeType === Node.TEXT_NODE && child.data.trim();
  const worded = [...document.body.querySelectorAll("*")].filter((node) => [...node.childNodes].some(isWords));
  const pale = worded.filter((node) => seen(node) && contrast(node) < 4.5);
  const targets = [...document.querySelectorAll("button, select, textarea, label.round")].filter(seen);
  const small = targets.filter((node) => node.getBoundingClientRect().height < 43.9);
  return [...pale.map((node) => `pale: ${node.outerHTML}`), ...small.map((node) => `small: ${node.outerHTML}`)];
})()
