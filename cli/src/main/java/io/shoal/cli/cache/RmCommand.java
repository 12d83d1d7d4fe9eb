package io.shoal.cli.cache;

import io.shoal.cli.console.UserError;
import io.shoal.client.agent.CacheClient;
import io.shoal.client.agent.CacheRefusedException;
import io.shoal.client.agent.CacheView;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes blobs from the cache. */
@Command(
    name = "rm",
    description = {
      "Delete blobs from the cache. One that is in use or pinned stays, and the reason is given.",
      "Exit code 1 if one stays."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal cache rm 9f86d081884c --config /etc/shoal/agent.yml",
      "  shoal cache rm sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    })
final class RmCommand extends NodeCache {

  @Parameters(
      paramLabel = "DIGEST",
      arity = "1..*",
      description = "Digests, or at least their first 8 digits.")
  private List<String> digests = new ArrayList<>();

  RmCommand(Map<String, String> environment, PrintStream out) {
    super(environment, out);
  }

  /** What became of the blobs; those that stay with the reason. */
  record Result(List<Digest> deleted, Map<Digest, String> kept) {}

  @Override
  public Integer call() {
    Result result = ask(this::delete);
    print(result, RmCommand::lines);
    return result.kept().isEmpty() ? 0 : UserError.FAILED;
  }

  private Result delete(CacheClient client) throws IOException {
    CacheView cache = client.list();
    List<Digest> deleted = new ArrayList<>();
    Map<Digest, String> kept = new TreeMap<>();
    for (Digest digest : digests.stream().map(text -> meant(cache, text)).distinct().toList()) {
      try {
        client.delete(digest);
        deleted.add(digest);
      } catch (CacheRefusedException e) {
        kept.put(digest, String.valueOf(e.getMessage()));
      }
    }
    return new Result(deleted, kept);
  }

  private static List<String> lines(Result result) {
    List<String> lines = new ArrayList<>();
    result.deleted().forEach(digest -> lines.add("deleted  " + digest));
    result.kept().forEach((digest, why) -> lines.add("kept     " + digest + ": " + why));
    return lines;
  }
}
