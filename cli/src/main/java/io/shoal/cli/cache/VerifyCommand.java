package io.shoal.cli.cache;

import io.shoal.cli.console.UserError;
import io.shoal.client.agent.CacheClient;
import io.shoal.client.agent.CacheVerdict;
import io.shoal.client.agent.CacheView;
import io.shoal.core.content.Digest;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hashes what is in the cache anew. */
@Command(
    name = "verify",
    description = {
      "Hash every whole blob in the cache anew, one after the other, and drop what is bad; it is"
          + " fetched again when it is wanted.",
      "Exit code 1 if something was bad."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal cache verify --config /etc/shoal/agent.yml",
      "  shoal cache verify 9f86d081884c --config /etc/shoal/agent.yml"
    })
final class VerifyCommand extends NodeCache {

  @Parameters(
      paramLabel = "DIGEST",
      arity = "0..*",
      description = "Only these: digests, or at least their first 8 digits.")
  private List<String> digests = new ArrayList<>();

  VerifyCommand(Map<String, String> environment, PrintStream out) {
    super(environment, out);
  }

  /** What was found. */
  record Result(int checked, long bytes, List<Digest> dropped) {}

  @Override
  public Integer call() {
    Result result = ask(this::verify);
    print(
        result,
        r ->
            List.of(
                r.checked()
                    + " blobs checked, "
                    + ByteSize.format(r.bytes())
                    + ", "
                    + r.dropped().size()
                    + " bad and dropped"));
    return result.dropped().isEmpty() ? 0 : UserError.FAILED;
  }

  private Result verify(CacheClient client) throws IOException {
    CacheView cache = client.list();
    List<Digest> only = digests.stream().map(text -> meant(cache, text)).toList();
    int checked = 0;
    long bytes = 0;
    List<Digest> dropped = new ArrayList<>();
    for (CacheView.Entry entry : cache.entries()) {
      if (entry.partial() || !(only.isEmpty() || only.contains(entry.digest()))) {
        continue;
      }
      CacheVerdict verdict = client.verify(entry.digest());
      if (verdict == CacheVerdict.DROPPED) {
        dropped.add(entry.digest());
        if (talks()) {
          out.println("bad  " + entry.digest() + "  dropped");
        }
      }
      if (verdict != CacheVerdict.ABSENT) {
        checked++;
        bytes += entry.bytes();
      }
    }
    return new Result(checked, bytes, dropped);
  }
}
