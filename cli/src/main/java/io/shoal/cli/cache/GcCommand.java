package io.shoal.cli.cache;

import io.shoal.client.agent.CacheClient;
import io.shoal.client.agent.CacheReclaimed;
import io.shoal.core.units.ByteSize;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Makes room in the cache now. */
@Command(
    name = "gc",
    description =
        "Evict down to the low watermark now, the least recently used first, and drop partial blobs"
            + " that have run out. What is in use or pinned stays.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  shoal cache gc --config /etc/shoal/agent.yml")
final class GcCommand extends NodeCache {

  GcCommand(Map<String, String> environment, PrintStream out) {
    super(environment, out);
  }

  @Override
  public Integer call() {
    CacheReclaimed reclaimed = ask(CacheClient::gc);
    print(
        reclaimed,
        r ->
            List.of(
                r.blobs()
                    + " blobs and "
                    + r.partials()
                    + " partial ones gone, "
                    + ByteSize.format(r.bytes())));
    return 0;
  }
}
