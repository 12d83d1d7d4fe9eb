package io.shoal.cli.completion;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script that completes this command's words in a shell. */
@Command(
    name = "completion",
    description = "Print the script that completes shoal's commands and options in a shell.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal completion bash > /etc/bash_completion.d/shoal",
      "  source <(shoal completion zsh)"
    })
public final class CompletionCommand implements Callable<Integer> {

  /** The shells that are known. */
  enum Shell {
    /** Bash 3 and later. */
    BASH,
    /** Zsh, by way of its bashcompinit. */
    ZSH
  }

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine all = spec.root().commandLine();
    spec.commandLine().getOut().print(script(all, shell));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static String script(CommandLine all, Shell shell) {
    String script = AutoComplete.bash(all.getCommandName(), all);
    return switch (shell) {
      case BASH -> script;
      // The script looks for zsh, too, but only after its own functions are defined.
      case ZSH ->
          "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
              + script;
    };
  }
}
