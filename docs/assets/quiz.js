// The why-questions (checks/site/quiz_form.py): tells the reason of the chosen option and remembers
// the choice in this browser. The key has a version: a change of what is stored gets the next one.
(() => {
  const KEY = "eventure.quiz.v1";

  const answers = () => {
    try {
      const stored = JSON.parse(localStorage.getItem(KEY));
      return stored && typeof stored === "object" && !Array.isArray(stored) ? stored : {};
    } catch {
      return {};
    }
  };

  const remember = (question, option) => {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...answers(), [question]: option }));
    } catch {
      // A browser that stores nothing still tells the reason.
    }
  };

  const tell = (form, nodes, right) => {
    const verdict = form.querySelector(".quiz-verdict");
    verdict.replaceChildren(...nodes);
    if (right === null) delete verdict.dataset.right;
    else verdict.dataset.right = right;
  };

  const tellReason = (form, input) => {
    const option = input.closest(".quiz-option");
    const reason = option.querySelector(".quiz-reason p").cloneNode(true);
    tell(form, [...reason.childNodes], option.dataset.right);
    if (option.dataset.right === "true") form.classList.add("quiz-solved");
  };

  document.querySelectorAll("form.quiz").forEach((form) => {
    const button = form.querySelector(".quiz-check");
    const inputs = [...form.querySelectorAll("input[type=radio]")];
    button.hidden = button.disabled = false;
    form.classList.add("quiz-live");
    form.addEventListener("change", () => tell(form, [], null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = inputs.find((input) => input.checked);
      if (!chosen) return tell(form, [form.dataset.choose], null);
      tellReason(form, chosen);
      remember(form.dataset.quiz, chosen.value);
    });
    const before = inputs.find((input) => input.value === answers()[form.dataset.quiz]);
    if (!before) return;
    before.checked = true;
    tellReason(form, before);
  });
})();
