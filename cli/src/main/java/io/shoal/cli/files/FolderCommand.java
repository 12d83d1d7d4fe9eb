package io.shoal.cli.files;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes a folder and hands it to a user, as {@code install -d -o} would. In Kubernetes a folder of
 * the node belongs to root whatever the pod says, and the image has no other program to change that
 * with. What is in the folder stays as it is.
 */
@Command(
    name = "folder",
    hidden = true,
    description = "Make a folder and give it to a user.",
    mixinStandardHelpOptions = true)
public final class FolderCommand implements Callable<Integer> {

  private static final Pattern OWNER = Pattern.compile("(\\d{1,9}):(\\d{1,9})");

  @Parameters(paramLabel = "DIR", description = "The folder; made if missing.")
  private Path folder;

  @Option(
      names = "--owner",
      paramLabel = "UID:GID",
      required = true,
      description = "Whose it shall be, in numbers.")
  private String owner;

  @Override
  public Integer call() {
    Matcher ids = OWNER.matcher(owner);
    if (!ids.matches()) {
      throw UserError.unusable("--owner is two numbers, such as 10001:10001, not " + owner);
    }
    try {
      Files.createDirectories(folder);
      give("unix:uid", ids.group(1));
      give("unix:gid", ids.group(2));
      return 0;
    } catch (IOException e) {
      throw UserError.failed("cannot give " + folder + " to " + owner + ": " + Causes.text(e));
    }
  }

  /** Not through a symbolic link: whoever could place one could have any folder of the node. */
  private void give(String attribute, String id) throws IOException {
    int wanted = Integer.parseInt(id);
    if (!Files.getAttribute(folder, attribute, LinkOption.NOFOLLOW_LINKS).equals(wanted)) {
      Files.setAttribute(folder, attribute, wanted, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
