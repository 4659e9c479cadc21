// htmx may set HTML only through this policy, and may evaluate nothing. Without Trusted Types htmx
// keeps its own pass-through.
if (globalThis.htmx) {
  const deny = function () { return { call() { console.warn("eval denied"); } }; };
  htmx.registerExtension("app-tt", {
    init(api) {
      const policy = globalThis.trustedTypes?.createPolicy("htmx", { createHTML: (s) => s, createScript: () => "" });
      api.initSecurity(policy, deny, deny);
    },
  });
}
