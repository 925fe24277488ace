namespace Weir.EndToEnd.Tests;

/// <summary>The CloudFormation template of a run: one load balancer, and for each service a listener and a target group.</summary>
internal static class FaultTemplate
{
    public const string LoadBalancer = "web";

    public static string Of(IEnumerable<FaultyService> services, int idleTimeoutSeconds) => $"""
        Resources:
          Web:
            Type: AWS::ElasticLoadBalancingV2::LoadBalancer
            Properties:
              Name: {LoadBalancer}
              LoadBalancerAttributes:
                - {Attribute("idle_timeout.timeout_seconds", $"{idleTimeoutSeconds}")}
                - {Attribute("weir.stale_connection.mode", "observe")}
        {string.Concat(services.Select(OfService))}
        """;

    private static string OfService(FaultyService service, int number) => $"""
          Listener{number}:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: !Ref Web
              Port: {service.Port}
              Protocol: HTTP
              DefaultActions:
                - Type: forward
                  TargetGroupArn: !Ref Group{number}
          Group{number}:
            Type: AWS::ElasticLoadBalancingV2::TargetGroup
            Properties:
              Name: {service.Name}
              TargetType: ip
              Port: 80
              Protocol: HTTP
              HealthCheckIntervalSeconds: 5
              HealthCheckTimeoutSeconds: 2
              HealthyThresholdCount: 2
              UnhealthyThresholdCount: 2
              TargetGroupAttributes:
                - {Attribute("deregistration_delay.timeout_seconds", $"{service.DeregistrationDelaySeconds}")}
              Targets: [{string.Join(", ", service.Targets.Select(Target))}]

        """;

    private static string Attribute(string key, string value) => $"{{ Key: {key}, Value: \"{value}\" }}";

    private static string Target(string key)
    {
        string[] parts = key.Split(':');
        return $"{{ Id: {parts[0]}, Port: {parts[1]} }}";
    }
}
