namespace Weir.EndToEnd.Tests;

/// <summary>A CloudFormation template with one load balancer called web, one listener and one group of targets.</summary>
internal sealed record Template
{
    public required IReadOnlyList<RawTarget> Targets { get; init; }

    /// <summary>The listener's; a template cannot ask for "any".</summary>
    public int Port { get; init; } = ReservedPort.Next();

    public int DeregistrationDelaySeconds { get; init; } = 300;

    public string HealthCheckPath { get; init; } = "/";

    /// <summary>Further lines of the target group's properties.</summary>
    public string GroupProperties { get; init; } = "";

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
