using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>A rule that authenticates: most requests have a session, some are sent to log in, some fail at the identity provider.</summary>
internal sealed class AuthFailure : Fault
{
    // Source: ALB user guide, error reason codes of authentication, and the codes that answer them.
    private static readonly (string Reason, int Status, double Seconds)[] _login =
    [
        ("AuthInvalidCookie", 401, 0.001), ("AuthInvalidStateParam", 401, 0.001), ("AuthMissingStateParam", 401, 0.001),
        ("AuthInvalidGrantError", 561, 0.12), ("AuthInvalidIdToken", 561, 0.12), ("AuthTokenEpRequestFailed", 500, 0.2),
        ("AuthTokenEpRequestTimeout", 500, 5), ("AuthUserinfoEpRequestTimeout", 500, 5), ("AuthUserinfoResponseSizeExceeded", 500, 0.2),
    ];

    private static readonly (string Reason, int Status, double Seconds)[] _token =
    [
        ("JWTHeaderNotPresent", 401, 0.001), ("JWTSignatureValidationFailed", 401, 0.002), ("JWTClaimValueInvalid", 401, 0.001),
        ("JWKSRequestTimeout", 500, 5), ("JWKSRequestFailed", 562, 0.1),
    ];

    public override string Cause => Causes.AuthError;

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        bool isToken = draw.Chance("token", 0.3);
        double failing = draw.LogBetween("share", 0.0005, 0.02);
        double loggingIn = isToken ? 0 : draw.LogBetween("login_share", 0.005, 0.05);
        var failures = isToken ? _token : _login;
        int usual = universe.Random.Below(failures.Length);
        group.Fronts.Insert(0, exchange =>
        {
            double unit = universe.Random.Unit();
            if (unit < failing)
            {
                var failure = universe.Random.Chance(0.6) ? failures[usual] : universe.Random.Pick(failures);
                End(universe, exchange, failure.Status, failure.Reason, failure.Seconds);
                return true;
            }

            if (unit < failing + loggingIn)
            {
                End(universe, exchange, 302, "-", 0.001);
                return true;
            }

            exchange.Actions = isToken ? "forward" : "authenticate,forward";
            return false;
        });
    }

    private void End(Universe universe, Exchange exchange, int status, string reason, double seconds) =>
        universe.After(Ticks.Of(universe.Random.LogNormal(seconds, seconds > 1 ? 0.001 : 0.3)), () =>
        {
            LogRow row = exchange.Row(status);
            row.SentBytes = status == 302 ? 900 : BalancerPages.Bytes(status);
            row.Actions = "authenticate";
            row.ErrorReason = reason;
            row.RedirectUrl = status == 302 ? "https://login.example.com:443/authorize?client_id=1" : "-";
            exchange.EndWith(row, reason == "-" ? null : Cause);
        });
}
