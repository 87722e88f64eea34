/** `?lang=` chooses the chat's language; without it the browser does. */
const language = new URLSearchParams(location.search).get("lang");
if (language && /^[a-z]{2}$/.test(language)) document.documentElement.lang = language;
else document.documentElement.lang = navigator.language;
