package io.shoal.cli.cache;

import io.shoal.agent.AgentConfig;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.options.AgentOptions;
import io.shoal.cli.options.Output;
import io.shoal.client.agent.CacheClient;
import io.shoal.client.agent.CacheRefusedException;
import io.shoal.client.agent.CacheView;
import io.shoal.client.agent.LocalKey;
import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import okhttp3.OkHttpClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands about the cache share. */
abstract class NodeCache implements Callable<Integer> {

  private static final int UNAUTHORIZED = 401;

  /** Fewer digits name too much by accident. */
  private static final int LEAST_DIGITS = 8;

  @Mixin private final AgentOptions agent;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  final PrintStream out;

  NodeCache(Map<String, String> environment, PrintStream out) {
    this.agent = new AgentOptions(environment);
    this.out = out;
  }

  interface Question<T> {
    T ask(CacheClient cache) throws IOException;
  }

  /** The agent of this node is asked; without a running agent nothing can be said of its cache. */
  <T> T ask(Question<T> question) {
    AgentConfig config = agent.load();
    URI uri = AgentOptions.uri(config);
    LocalKey key = key(config);
    try {
      return question.ask(new CacheClient(new OkHttpClient(), uri, key));
    } catch (ConnectException e) {
      throw UserError.failed(
          "no agent answers at "
              + uri
              + ", and only a running one manages its cache; start it: systemctl start shoal-agent");
    } catch (CacheRefusedException e) {
      throw UserError.failed(
          e.status() == UNAUTHORIZED
              ? "the agent at "
                  + uri
                  + " uses another store than "
                  + config.store().dir()
                  + ": name its configuration with --config"
              : Causes.text(e));
    } catch (IOException e) {
      throw UserError.failed("the agent at " + uri + " gives no answer: " + Causes.text(e));
    }
  }

  private static LocalKey key(AgentConfig config) {
    try {
      return LocalKey.read(config.store().dir());
    } catch (NoSuchFileException e) {
      throw UserError.failed(
          "no agent has run with the store "
              + config.store().dir()
              + ": name its configuration with --config, or start it");
    } catch (AccessDeniedException e) {
      throw UserError.failed(
          "no permission for "
              + LocalKey.file(config.store().dir())
              + ": run this as root, or as the user that the agent runs as");
    } catch (IOException e) {
      throw UserError.failed(Causes.text(e));
    }
  }

  <T> void print(T answer, Function<T, List<String>> table) {
    if (output == Output.JSON) {
      out.println(ShoalJson.write(answer));
    } else {
      table.apply(answer).forEach(out::println);
    }
    out.flush();
  }

  boolean talks() {
    return output == Output.TABLE;
  }

  /** The blob that is meant by a digest or by its first digits. */
  static Digest meant(CacheView cache, String text) {
    String digits = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
    if (digits.length() < LEAST_DIGITS) {
      throw UserError.unusable(
          "'" + text + "' is too short: write at least " + LEAST_DIGITS + " digits of the digest");
    }
    List<Digest> found =
        cache.entries().stream()
            .map(CacheView.Entry::digest)
            .filter(d -> d.toString().equals(text) || d.hex().startsWith(digits))
            .toList();
    if (found.size() != 1) {
      throw UserError.failed(
          found.isEmpty()
              ? text + " is not in this cache (shoal cache ls shows what is)"
              : text + " names " + found.size() + " blobs: write more digits");
    }
    return found.getFirst();
  }
}
