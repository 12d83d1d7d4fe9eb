package io.shoal.cli.console;

import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** The reasons in an exception, in one line for people. */
public final class Causes {

  private static final int MOST = 6;

  private Causes() {}

  /** The messages from the outermost to the root cause, without repetitions. */
  public static String text(Throwable failure) {
    List<String> parts = new ArrayList<>();
    Throwable at = failure;
    for (int i = 0; at != null && i < MOST; i++) {
      String message = message(at);
      boolean said = parts.stream().anyMatch(part -> part.contains(message));
      if (!said) {
        parts.add(message);
      }
      at = at.getCause();
    }
    return String.join(": ", parts);
  }

  /** Some exceptions of the JDK carry a bare file name or a text that does not say what to do. */
  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return switch (failure) {
      case NoSuchFileException e -> "no such file: " + e.getFile();
      case AccessDeniedException e -> "no permission for " + e.getFile();
      case BindException e ->
          message + " (is another process listening there? choose another port to listen on)";
      default -> message;
    };
  }
}
