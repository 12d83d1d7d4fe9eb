package io.shoal.cli.pull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a registry says in the body of an error, for people. */
public final class RegistryReason {

  private static final int MOST_CHARACTERS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private RegistryReason() {}

  /** The message in a body of the protocol's form, else the body itself, cut to a line or two. */
  public static String of(String body) {
    String reason = message(body).strip();
    if (reason.isEmpty()) {
      return "(no reason given)";
    }
    return reason.length() > MOST_CHARACTERS
        ? reason.substring(0, MOST_CHARACTERS) + "..."
        : reason;
  }

  private static String message(String body) {
    try {
      JsonNode first = JSON.readTree(body).path("errors").path(0);
      String message = first.path("message").asText();
      return message.isBlank() ? body : message;
    } catch (JsonProcessingException notJson) {
      return body;
    }
  }
}
