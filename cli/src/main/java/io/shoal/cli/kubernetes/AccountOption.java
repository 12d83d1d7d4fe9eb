package io.shoal.cli.kubernetes;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As whom to speak to the API server. */
final class AccountOption {

  private final Map<String, String> environment;

  @Option(
      names = "--account",
      paramLabel = "DIR",
      description = "Files of the service account (default: where Kubernetes puts them).")
  private @Nullable Path account;

  AccountOption(Map<String, String> environment) {
    this.environment = environment;
  }

  ApiServer server() {
    return ApiServer.of(environment, account == null ? ApiServer.ACCOUNT : account);
  }
}
