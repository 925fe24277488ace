using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>One listener with its rules in the order they are tried; part of a snapshot, never changed.</summary>
public sealed class ListenerSnapshot
{
    public required string Arn { get; init; }

    public required int Port { get; init; }

    public required ListenerProtocol Protocol { get; init; }

    /// <summary>Null: plain HTTP.</summary>
    public required ListenerTlsSnapshot? Tls { get; init; }

    /// <summary>`routing.http.request.*.header_name`, or the standard names.</summary>
    public required TlsHeaderNames TlsHeaders { get; init; }

    /// <summary>`routing.http.response.server.enabled`: whether `Server: awselb/2.0` is on the balancer's own responses.</summary>
    public required bool ServerHeaderEnabled { get; init; }

    /// <summary>Headers put on every response, whoever made it; they replace the target's own.</summary>
    // Source: ALB user guide, header modification.
    public required ImmutableArray<InsertedResponseHeader> InsertedResponseHeaders { get; init; }

    /// <summary>The rules other than the default one, smallest priority first.</summary>
    public required ImmutableArray<RuleSnapshot> Rules { get; init; }

    /// <summary>The rule for requests that no other rule matches; its priority is 0.</summary>
    public required RuleSnapshot DefaultRule { get; init; }
}
