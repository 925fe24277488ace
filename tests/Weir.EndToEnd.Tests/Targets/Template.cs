namespace Weir.EndToEnd.Tests;

/// <summary>A CloudFormation template with one load balancer called web, one listener and one group of targets.</summary>
internal sealed record Template
{
    public required IReadOnlyList<RawTarget> Targets { get; init; }

    /// <summary>0: the one port of a test is chosen by <see cref="FreePort"/>.</summary>
    public int Port { get; init; } = FreePort();

    public int DeregistrationDelaySeconds { get; init; } = 300;

    public string HealthCheckPath { get; init; } = "/";

    /// <summary>Further lines of the target group's properties.</summary>
    public string GroupProperties { get; init; } = "";

    /// <summary>
    /// A port that nothing has now: a template cannot ask for "any". Not from the range that the system gives to clients,
    /// so that no connection takes it in between.
    /// </summary>
    public static int FreePort()
    {
        for (int tries = 0; tries < 100; tries++)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException("no free port");
    }

    public string WriteTo(TempFolder folder) => folder.Write("app.yaml", ToString());

    public override string ToString() => $"""
        Resources:
          Web:
            Type: AWS::ElasticLoadBalancingV2::LoadBalancer
            Properties:
              Name: web
          Http:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: !Ref Web
              Port: {Port}
              Protocol: HTTP
              DefaultActions:
                - Type: forward
                  TargetGroupArn: !Ref App
          App:
            Type: AWS::ElasticLoadBalancingV2::TargetGroup
            Properties:
              Name: app
              TargetType: ip
              Port: 80
              Protocol: HTTP
              HealthCheckPath: {HealthCheckPath}
              HealthCheckIntervalSeconds: 5
              HealthCheckTimeoutSeconds: 2
              HealthyThresholdCount: 2
              UnhealthyThresholdCount: 2
        {GroupProperties}
              TargetGroupAttributes:
                - Key: deregistration_delay.timeout_seconds
                  Value: "{DeregistrationDelaySeconds}"
        {TargetLines()}

        """;

    private string TargetLines() => Targets.Count == 0
        ? ""
        : "      Targets:\n" + string.Join('\n', Targets.Select(static target => $"        - {{ Id: 127.0.0.1, Port: {target.Port} }}"));
}
