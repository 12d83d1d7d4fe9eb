package io.shoal.cli.serve;

import io.shoal.agent.AgentConfig;
import io.shoal.agent.runtime.RuntimeBridge;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.options.AgentOptions;
import io.shoal.cli.process.ServerLifetime;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Uses the node's runtimes for an agent that has no right to. */
@Command(
    name = "runtime-access",
    description = {
      "Let pre-warm jobs fill this node's runtimes for an agent that may not use them itself: this"
          + " process runs as who may, the agent as anybody. They share one configuration and meet"
          + " at the socket prewarm.runtimeAccess.bridge.",
      "All that can be asked of it is to pull an image, one at a time. Only the group of the"
          + " socket's folder can ask."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal runtime-access --config /etc/shoal/agent.yml"})
public final class RuntimeAccessCommand implements Callable<Integer> {

  @Mixin private final AgentOptions agent;

  /** A command in this environment, which may configure the agent. */
  public RuntimeAccessCommand(Map<String, String> environment) {
    this.agent = new AgentOptions(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentConfig config = agent.load();
    LogFormat.of(config.log()).use();
    RuntimeBridge bridge = start(config);
    ServerLifetime.serve("runtime-access", bridge);
    return 0;
  }

  private static RuntimeBridge start(AgentConfig config) {
    try {
      return RuntimeBridge.start(
          config.prewarm().runtimeAccess(),
          config.prewarm().credentials(),
          config.listen(),
          config.upstreams().names(),
          RuntimeAccessCommand::endForANewMount);
    } catch (IOException e) {
      throw UserError.failed("runtime-access cannot start: " + Causes.text(e));
    }
  }

  /** Who runs this starts it again, with the socket that the runtime has now. */
  private static void endForANewMount(String lost) {
    LoggerFactory.getLogger(RuntimeAccessCommand.class)
        .warn("{}; ending, to be started again with its new socket", lost);
    System.exit(UserError.FAILED);
  }
}
