using Weir.AccessLogs;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>One loop's buffers of one log: one for each load balancer, as their lines go to files of their own.</summary>
/// <param name="writer">Null when the log is off.</param>
/// <param name="filePrefix">What the names of delivered files begin with.</param>
internal sealed class LoadBalancerLogs(AccessLogWriter? writer, string filePrefix = "")
{
    private readonly Dictionary<string, AccessLogBuffer> _buffers = [];

    public AccessLogBuffer? Of(LoadBalancerSnapshot loadBalancer)
    {
        if (writer is null)
        {
            return null;
        }

        if (!_buffers.TryGetValue(loadBalancer.Arn, out AccessLogBuffer? buffer))
        {
            // arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<id>
            string[] arn = loadBalancer.Arn.Split(':');
            buffer = writer.CreateBuffer(new AccessLogSource
            {
                Region = arn[3],
                AccountId = arn[4],
                LoadBalancerName = loadBalancer.Name,
                LoadBalancerId = loadBalancer.Arn[(loadBalancer.Arn.LastIndexOf('/') + 1)..],
                NodeAddress = loadBalancer.ListenAddress,
                FilePrefix = filePrefix,
            });
            _buffers.Add(loadBalancer.Arn, buffer);
        }

        return buffer;
    }

    public void Flush()
    {
        foreach (AccessLogBuffer buffer in _buffers.Values)
        {
            buffer.Flush();
        }
    }
}
