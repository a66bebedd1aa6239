/**
 * What a run over many pictures takes.
 *
 * @param figures  what the benchmark printed: seconds of each step with `threads` threads
 * @param run      model, pictures, clicks on each or everything in each, machines, cores of each, price of a machine and hour
 * @returns the time in words, seconds for a picture on one machine, the cost
 */
export function runCost(figures, { model, pictures, clicks, isEverything, machines, cores, price }) {
  const { id, work } = figures.models.find((each) => each.id === model);
  const encode = id.includes("EdgeTAM") ? figures.edgeTamEncode : figures.encode * work;
  const prompts = clicks > 0 ? figures.firstClick + (clicks - 1) * figures.click : 0;
  const answer = isEverything ? figures.everything : prompts;
  const seconds = ((encode + answer) * figures.threads) / cores;
  const hours = (pictures * seconds) / machines / 3600;
  return {
    time: hours < 1 ? `${number(hours * 60, 1)} minutes` : `${number(hours, 1)} hours`,
    seconds: number(seconds, 2),
    cost: number(hours * machines * price, 2),
  };
}

/** What the calculator counts to begin with. */
export const USUAL_RUN = {
  model: "facebook/sam2.1-hiera-tiny",
  pictures: 10000,
  clicks: 3,
  isEverything: false,
  machines: 1,
  cores: 8,
  price: 0.3,
};

const number = (value, digits) => value.toLocaleString("en", { maximumFractionDigits: digits });
