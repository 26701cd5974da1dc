/**
 * What chat templates put between the messages of a conversation. Some servers take them for the real thing wherever
 * they stand, so that a document could end its own message and begin one of the system.
 */
const chatMarker =
  /<\|[^|<>\n]{1,60}\|>|<｜[^｜<>\n]{1,60}｜>|<\/?s>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_turn>|<\/?think>|\[\/?(?:SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS)\]/gi;

/** The text with spaces between the characters of each marker, which makes plain words of it. */
export function withoutChatMarkers(text: string): string {
  return text.replace(chatMarker, (marker) => Array.from(marker).join(' '));
}
