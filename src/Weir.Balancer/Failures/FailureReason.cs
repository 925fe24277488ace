namespace Weir.Balancer;

/// <summary>
/// Everything that can go wrong with an exchange, once each. What it means for the client, the log, the metrics and
/// both connections stands in <see cref="FailureTable"/> and nowhere else.
/// </summary>
public enum FailureReason : byte
{
    None,

    // The request, before a target was chosen.
    MalformedRequest,
    MissingHost,
    SevereDesync,
    RequestHeadersTooLarge,
    RequestLineTooLong,
    MethodNotAllowed,
    VersionNotSupported,
    TransferCodingNotSupported,
    TooManyForwardedAddresses,
    PlainHttpToHttps,
    ProtocolVersionMismatch,

    // The request, once it was known on which connection it was to go.
    RequestTooLargeForTarget,

    // The client, while the request or its answer was under way.
    ClientSilent,
    ClientClosedInRequest,
    ClientClosed,
    MalformedRequestBody,
    ClientSilentInResponse,
    ClientClosedInResponse,

    // No target, or no way to it.
    NoTargets,
    ConnectRefused,
    ConnectUnreachable,
    ConnectTimedOut,
    TargetTlsFailed,
    TargetTlsTimedOut,
    NoLocalResources,

    // The target, before its answer could be passed on.
    TargetClosed,
    TargetSilent,
    MalformedResponse,
    ResponseHeadersTooLarge,
    DeregistrationDelayOver,
    TargetRefusedStream,
    TargetConnectionLost,
    TargetResetStream,
    TargetConnectionFault,
    TargetGoAway,

    // The target, in the middle of an answer whose head the client already has.
    TargetClosedInResponse,
    TargetSilentInResponse,
    MalformedResponseBody,
    TargetResetStreamInResponse,
    TargetConnectionFaultInResponse,
    TargetGoAwayInResponse,

    // Ourselves.
    Stopping,
    InternalError,
}
