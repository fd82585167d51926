// Adaptive Cards → nodes, by Microsoft's own library, which is fetched from this workspace when the first card is to be shown.

import { markdown } from "./markdown.js";

let loading = null;

export function loadCards() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "vendor/adaptivecards.min.js";
    script.addEventListener("load", () => {
      window.AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
        result.outputHtml = markdown(text);
        result.didProcess = true;
      };
      resolve();
    });
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return loading;
}

export const cardsAreHere = () => Boolean(window.AdaptiveCards);

const INK = { default: "#1f2928", subtle: "#55625f" };
const colours = { default: INK, dark: INK, light: INK, accent: { default: "#3d3f96", subtle: "#3d3f96" }, good: { default: "#1d5c34", subtle: "#1d5c34" }, warning: { default: "#7a4a04", subtle: "#7a4a04" }, attention: { default: "#9b2c2c", subtle: "#9b2c2c" } };
const box = (backgroundColor) => ({ backgroundColor, foregroundColors: colours });
const HOST = {
  hostCapabilities: {},
  supportsInteractivity: true,
  fontFamily: "inherit",
  fontSizes: { small: 14, default: 16, medium: 17, large: 18, extraLarge: 20 },
  fontWeights: { lighter: 400, default: 400, bolder: 650 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: "#dcd7ca" },
  imageSizes: { small: 40, medium: 80, large: 120 },
  containerStyles: { default: box("#ffffff"), emphasis: box("#f4f1e9"), accent: box("#ecebfa"), good: box("#e6f3ea"), warning: box("#fdf3df"), attention: box("#fdeeee") },
  factSet: { title: { weight: "Bolder", wrap: true, maxWidth: 170 }, value: { wrap: true }, spacing: 16 },
  inputs: {
    label: { inputSpacing: "Small", requiredInputs: { weight: "Bolder", suffix: " (required)", suffixColor: "Default" }, optionalInputs: { weight: "Bolder" } },
    errorMessage: { color: "Attention", weight: "Bolder", spacing: "Small" },
  },
  actions: { maxActions: 6, spacing: "Default", buttonSpacing: 8, actionsOrientation: "Horizontal", actionAlignment: "Left", showCard: { actionMode: "Inline", inlineTopMargin: 8, style: "emphasis" } },
  adaptiveCard: { allowCustomStyle: false },
};

// What stands in a card's inputs, each as a text.
function held(card) {
  return Object.fromEntries(card.getAllInputs().map((input) => [input.id, input.value === undefined || input.value === null ? "" : String(input.value)]));
}

// A card; `act` gets the number of the action that was pressed and what stands in the inputs. headingLevel: of its headings.
export function renderCard(content, act, headingLevel = 2) {
  const card = new window.AdaptiveCards.AdaptiveCard();
  card.hostConfig = new window.AdaptiveCards.HostConfig({ ...HOST, textBlock: { headingLevel } });
  card.parse(content);
  card.onExecuteAction = (action) => {
    if (action.url) window.open(action.url, "_blank", "noopener");
    else act(Number(action.id.split(" ")[1]), held(card), action.renderedElement);
  };
  const node = card.render();
  node.classList.add("card");
  // The library labels the box around a list that can be searched, and not the field in it.
  for (const box of node.querySelectorAll("div[aria-labelledby]:not([role])")) {
    box.querySelector("input")?.setAttribute("aria-labelledby", box.getAttribute("aria-labelledby"));
    box.removeAttribute("aria-labelledby");
  }
  // The library makes the whole card a stop for the Tab key, which says nothing to whoever comes there.
  node.removeAttribute("tabindex");
  node.showErrors = (errors) => {
    for (const input of card.getAllInputs()) {
      input.renderedElement?.closest(".card")?.querySelectorAll(`[data-error-of="${CSS.escape(input.id)}"]`).forEach((one) => one.remove());
      if (!errors[input.id]) continue;
      const said = document.createElement("p");
      said.className = "error";
      said.dataset.errorOf = input.id;
      said.textContent = errors[input.id];
      input.renderedElement.after(said);
    }
  };
  return node;
}
