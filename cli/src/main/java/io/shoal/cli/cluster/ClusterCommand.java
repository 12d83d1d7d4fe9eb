package io.shoal.cli.cluster;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What belongs to a cluster as a whole. */
@Command(
    name = "cluster",
    description = "Make the files that let processes join a cluster.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal cluster init shoal-cluster"})
public final class ClusterCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: init.");
  }

  @Command(
      name = "init",
      description =
          "Make a new cluster in DIR: cluster.yml (secret; goes to every node), server.pem (to"
              + " trackers and origins) and origin.key (to origins).",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  shoal cluster init shoal-cluster", "  shoal cluster init --insecure lab"})
  int init(
      @Parameters(paramLabel = "DIR", description = "A folder; made if missing.") Path dir,
      @Option(
              names = "--insecure",
              description =
                  "Without secret and TLS, so no server.pem; every process then needs --insecure.")
          boolean insecure) {
    try {
      PrintWriter out = spec.commandLine().getOut();
      ClusterFolder folder = insecure ? ClusterFolder.initInsecure(dir) : ClusterFolder.init(dir);
      if (insecure) {
        out.println(folder.clusterFile() + "  to every node; whoever reaches the ports can join");
      } else {
        out.println(folder.clusterFile() + "  to every node; whoever reads it can join");
        out.println(folder.serverKey() + "  to trackers and origins");
      }
      out.println(folder.signingKey() + "  to origins");
      return 0;
    } catch (FileAlreadyExistsException e) {
      throw UserError.failed(
          e.getFile() + ": a cluster is there already; remove it or use another folder");
    } catch (IOException e) {
      throw UserError.failed("cannot make a cluster in " + dir + ": " + Causes.text(e));
    }
  }
}
