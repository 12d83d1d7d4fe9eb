package io.shoal.helm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadValuesTest {

  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          agnet: {}                                               | agnet
          agent: {tolerance: []}                                  | tolerance
          agent: {endpoint: {type: loadBalancer}}                 | type
          agent: {endpoint: {port: 0}}                            | port
          agent: {endpoint: {port: 70000}}                        | port
          agent: {endpoint: {port: '4600'}}                       | port
          agent: {endpoint: {type: nodePort, port: 4600}}         | 30,000
          agent: {nodeSetup: {runtime: rkt}}                      | runtime
          agent: {nodeSetup: {action: uninstall}}                 | action
          agent: {nodeSetup: {configPath: etc/containerd}}        | configPath
          agent: {cacheOnUninstall: burn}                         | cacheOnUninstall
          agent: {cachePath: cache}                               | cachePath
          agent: {resources: {limits: {memory: lots}}}            | memory
          agent: {resources: {limits: {ram: 1Gi}}}                | ram
          agent: {extraEnv: [{value: a}]}                         | name
          agent: {updateStrategy: {type: Recreate}}               | type
          origin: {replicas: 2}                                   | replicas
          tracker: {replicas: 0}                                  | replicas
          origin: {persistence: {size: big}}                      | size
          origin: {persistence: {accessModes: [ReadOnlyMany]}}    | accessModes
          registryProxy: {enabled: 'yes'}                         | enabled
          registryProxy: {service: {type: Headless}}              | type
          image: {digest: 'sha256:12'}                            | digest
          image: {pullPolicy: Sometimes}                          | pullPolicy
          cluster: {existingSecret: 'no spaces'}                  | existingSecret
          cluster: {create: true}                                 | create
          agent: {nodeSetup: {restoreSeconds: 0}}                 | restoreSeconds
          prewarm: {runtimeAccess: {enabled: 'on'}}               | enabled
          prewarm: {runtimeAccess: {runtime: podman}}             | runtime
          prewarm: {runtimeAccess: {socket: d.sock}}              | socket
          prewarm: {credentials: {team: {password: secret}}}      | password
          prewarm: {credentials: {team: {username: robot}}}       | passwordFile
          test: {image: 'two words'}                              | image
          logFormat: xml                                          | logFormat
          listenHost: everywhere                                  | listenHost
          services: {ipFamilies: [IPv5]}                          | ipFamilies
          serviceMonitor: {interval: 30}                          | interval
          dashboard: {enable: true}                               | enable
          upstreams: {defualt: docker.io}                         | defualt
          """)
  void isRefusedWithTheNameOfWhatIsWrong(String values, String named) {
    assertThatThrownBy(() -> Chart.render(scratch, values)).hasMessageContaining(named);
  }
}
