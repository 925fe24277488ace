using System.CommandLine;
using System.CommandLine.Completions;
using Weir.Configuration;
using Weir.Model;

namespace Weir.Commands;

/// <summary>The options that `run` and `check` share: all that makes a configuration.</summary>
internal sealed class ConfigurationOptions
{
    private readonly Option<string[]> _listen = Many("--listen", "[https://][ADDR:]PORT", "where to accept connections (127.0.0.1:8080)");
    private readonly Option<string[]> _certificate =
        Many("--certificate", "FILE", "for https: a PEM file, the chain behind it; others are chosen from by name (SNI)");
    private readonly Option<string[]> _privateKey =
        Many("--private-key", "FILE", "the PEM file of each --certificate's key (the same file)");
    private readonly Option<string?> _securityPolicy =
        One("--security-policy", "NAME", $"for https: versions and ciphers ({SecurityPolicies.DefaultName}); with TLS 1.3: ELBSecurityPolicy-TLS13-1-2-2021-06");
    private readonly Option<string?> _mutualTls =
        One("--mutual-tls", "verify|passthrough", "for https: ask clients for certificates (verify, where --client-ca is given)");
    private readonly Option<string[]> _clientCa =
        Many("--client-ca", "FILE", "for https: a PEM file of the authorities that clients' certificates must come from");
    private readonly Option<string[]> _clientCrl = Many("--client-crl", "FILE", "a PEM file of what these authorities have revoked");
    private readonly Option<bool> _ignoreClientExpiry =
        new("--ignore-client-expiry") { Description = "take clients' certificates that are past their time" };
    private readonly Option<bool> _advertiseClientCa =
        new("--advertise-client-ca") { Description = "tell clients the names of these authorities" };
    private readonly Option<string[]> _target = Many("--target", "URL", "where to send requests: http://HOST:PORT or https://…");
    private readonly Option<string?> _protocolVersion =
        One("--protocol-version", "HTTP1|HTTP2|GRPC", "what targets speak; HTTP2 and GRPC need an https:// listener (HTTP1)");
    private readonly Option<string[]> _attribute =
        Many("--attribute", "KEY=VALUE", "a load balancer, listener or target group attribute, by its AWS key");
    private readonly Option<string?> _idleTimeout =
        One("--idle-timeout", "SECONDS", "how long either side may be silent (60)");
    private readonly Option<string?> _healthCheckPath = One("--health-check-path", "PATH", "what health checks ask for (/)");
    private readonly Option<string?> _healthCheckCodes =
        One("--health-check-codes", "CODES", "the answers that are healthy, as 200,301-399 (200; of GRPC a grpc-status, 12)");
    private readonly Option<string?> _sticky = One("--sticky", "SECONDS", "keep each client on its target for so long");
    private readonly Option<string?> _name = One("--name", "NAME", "the load balancer's name (weir)");
    private readonly Option<string?> _accessLog = One("--access-log", "FILE|DIR/|-", "write an ALB access log");
    private readonly Option<string?> _connectionLog = One("--connection-log", "FILE|DIR/|-", "write an ALB connection log");
    private readonly Option<string?> _explain = One("--explain", "FILE|-", "write a JSON line on every failure: what was known, and why");
    private readonly Option<string?> _loops = One("--loops", "N", "event loops (one for each core)");
    private readonly Option<string?> _maxConnections =
        One("--max-connections", "N", "client connections open at once (what ulimit -n allows)");
    private readonly Option<string?> _drainTimeout =
        One("--drain-timeout", "SECONDS", "how long requests may go on after SIGTERM (30)");
    private readonly Option<string?> _admin =
        One("--admin", "ADDR:PORT|off", "where status and metrics are (127.0.0.1:9600)");
    private readonly Option<string?> _stateDirectory =
        One("--state-dir", "DIR", "where the key of sticky sessions is kept");
    private readonly Option<string?> _template =
        One("--template", "FILE", "a CloudFormation template, instead of --listen and --target");
    private readonly Option<string[]> _parameter = Many("--parameter", "KEY=VALUE", "a parameter of the template");
    private readonly Option<string[]> _map =
        Many("--map", "INSTANCE=HOST:PORT", "where an instance of the template is reached");
    private readonly Option<string[]> _address =
        Many("--address", "LB=ADDR", "the local address of one of the template's load balancers");

    public void AddTo(Command command)
    {
        _securityPolicy.CompletionSources.Add(static _ => SecurityPolicies.Rows.Select(static policy => new CompletionItem(policy.Name)));
        _protocolVersion.CompletionSources.Add("HTTP1", "HTTP2", "GRPC");
        _attribute.CompletionSources.Add(static _ => AttributeFlags.Keys.Select(static key => new CompletionItem(key + "=")));
        foreach (Option option in (Option[])
            [_listen, _certificate, _privateKey, _securityPolicy, _mutualTls, _clientCa, _clientCrl, _ignoreClientExpiry, _advertiseClientCa,
                _target, _protocolVersion, _attribute, _idleTimeout, _healthCheckPath, _healthCheckCodes, _sticky, _name, _accessLog, _connectionLog, _explain,
                _loops, _maxConnections, _drainTimeout, _admin, _stateDirectory, _template, _parameter, _map, _address])
        {
            command.Options.Add(option);
        }
    }

    public ConfigurationFlags Read(ParseResult result) => new()
    {
        Listen = result.GetValue(_listen) ?? [],
        Certificate = result.GetValue(_certificate) ?? [],
        PrivateKey = result.GetValue(_privateKey) ?? [],
        SecurityPolicy = result.GetValue(_securityPolicy),
        MutualTls = result.GetValue(_mutualTls),
        ClientCa = result.GetValue(_clientCa) ?? [],
        ClientCrl = result.GetValue(_clientCrl) ?? [],
        IgnoreClientExpiry = result.GetValue(_ignoreClientExpiry),
        AdvertiseClientCa = result.GetValue(_advertiseClientCa),
        Target = result.GetValue(_target) ?? [],
        ProtocolVersion = result.GetValue(_protocolVersion),
        Attribute = result.GetValue(_attribute) ?? [],
        IdleTimeout = result.GetValue(_idleTimeout),
        HealthCheckPath = result.GetValue(_healthCheckPath),
        HealthCheckCodes = result.GetValue(_healthCheckCodes),
        Sticky = result.GetValue(_sticky),
        Name = result.GetValue(_name),
        AccessLog = result.GetValue(_accessLog),
        ConnectionLog = result.GetValue(_connectionLog),
        Explain = result.GetValue(_explain),
        Loops = result.GetValue(_loops),
        MaxConnections = result.GetValue(_maxConnections),
        DrainTimeout = result.GetValue(_drainTimeout),
        Admin = result.GetValue(_admin),
        StateDirectory = result.GetValue(_stateDirectory),
        Template = result.GetValue(_template),
        Parameter = result.GetValue(_parameter) ?? [],
        Map = result.GetValue(_map) ?? [],
        Address = result.GetValue(_address) ?? [],
    };

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore };

    private static Option<string?> One(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
