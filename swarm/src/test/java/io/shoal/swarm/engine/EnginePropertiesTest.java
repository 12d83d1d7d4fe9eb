package io.shoal.swarm.engine;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class EnginePropertiesTest {

  /** See {@link EngineScript} for what is promised. */
  @Property(tries = 2000, seed = "3")
  void keepsItsPromisesWhateverPeersDo(@ForAll @Size(max = 1500) byte[] script) {
    EngineScript.play(script);
  }
}
