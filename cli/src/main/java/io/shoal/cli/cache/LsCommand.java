package io.shoal.cli.cache;

import io.shoal.cli.console.TextTable;
import io.shoal.client.agent.CacheClient;
import io.shoal.client.agent.CacheView;
import io.shoal.core.units.ByteSize;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists what is in the cache. */
@Command(
    name = "ls",
    description = "List the blobs in the cache, the most recently used first.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal cache ls --config /etc/shoal/agent.yml",
      "  shoal cache ls --config /etc/shoal/agent.yml --output json"
    })
final class LsCommand extends NodeCache {

  LsCommand(Map<String, String> environment, PrintStream out) {
    super(environment, out);
  }

  @Override
  public Integer call() {
    CacheView cache = ask(CacheClient::list);
    print(cache, LsCommand::lines);
    return 0;
  }

  static List<String> lines(CacheView cache) {
    List<String> lines = new ArrayList<>();
    if (!cache.entries().isEmpty()) {
      TextTable table = new TextTable("digest", "size", "last used", "what", "state");
      cache.entries().forEach(entry -> row(table, entry));
      lines.addAll(table.lines());
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%d blobs, %s, and %d partial ones, %s; the cache may hold %s",
            cache.blobs(),
            ByteSize.format(cache.blobBytes()),
            cache.partials(),
            ByteSize.format(cache.partialBytes()),
            ByteSize.format(cache.limitBytes())));
    return lines;
  }

  private static void row(TextTable table, CacheView.Entry entry) {
    table.row(
        entry.digest().toString(),
        ByteSize.format(entry.bytes()),
        time(entry.lastUsedAtMillis()),
        entry.mediaType().map(LsCommand::kind).orElse("blob"),
        state(entry));
  }

  private static String kind(String mediaType) {
    return mediaType.contains("index") || mediaType.contains("list") ? "index" : "manifest";
  }

  private static String state(CacheView.Entry entry) {
    List<String> words = new ArrayList<>();
    if (entry.partial()) {
      words.add(
          String.format(
              Locale.ROOT,
              "%d %% here",
              entry.bytes() == 0 ? 0 : 100 * entry.writtenBytes() / entry.bytes()));
    }
    if (entry.inUse()) {
      words.add("in use");
    }
    entry.pinnedUntilMillis().ifPresent(until -> words.add("pinned until " + time(until)));
    return String.join(", ", words);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
