/** Whether distributions check their parameters and the values they score (on by default, as in Pyro). */
let enabled = true;

export function enableValidation(on = true): void {
  enabled = on;
}

export function validationEnabled(): boolean {
  return enabled;
}
