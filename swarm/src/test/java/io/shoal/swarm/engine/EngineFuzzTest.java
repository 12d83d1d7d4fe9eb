package io.shoal.swarm.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;

class EngineFuzzTest {

  /** See {@link EngineScript} for what is promised. */
  @FuzzTest(maxDuration = "5s")
  void keepsItsPromisesWhateverPeersDo(byte[] script) {
    EngineScript.play(script);
  }
}
