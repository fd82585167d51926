// Which of their chats somebody looks at: Slack or Teams. The view in the address says it: "home" and channels' ids are Slack's,
// "teams:" and a chat's id are Teams', "mail" and "calendar" are beside both.

const KEY = "playground-app-";

export const inTeams = (view) => view.startsWith("teams:");

// What somebody used last, else what the workspace gives them.
export function appOf(person) {
  try {
    return localStorage.getItem(KEY + person.id) ?? person.view;
  } catch {
    return person.view;
  }
}

export function useApp(person, app) {
  try {
    if (appOf(person) !== app) localStorage.setItem(KEY + person.id, app);
  } catch { /* Private windows may refuse; then each begins where the workspace has them. */ }
}

export const slackView = (user) => `D${user.slice(1)}`;
export const teamsView = (chat) => `teams:${chat}`;
