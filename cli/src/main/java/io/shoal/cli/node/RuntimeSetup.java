package io.shoal.cli.node;

import java.util.List;

/** How one runtime is pointed at the agent. */
sealed interface RuntimeSetup permits ContainerdSetup, DockerSetup, RegistriesConfSetup {

  /**
   * What has to be in which file.
   *
   * @param registries only these, or those that are the default of the runtime if empty
   */
  Plan plan(Mirror mirror, List<String> registries);

  /**
   * Makes the running runtime see the files as they are now.
   *
   * @param restart whether it may be restarted if there is no other way
   * @return what was done or is left to do, for the operator
   */
  List<String> takeEffect(boolean restart);

  /**
   * Brings back the first state of all files and makes the running runtime see it.
   *
   * @return what happened to each file, and what was done or is left to do
   */
  List<String> restore();
}
