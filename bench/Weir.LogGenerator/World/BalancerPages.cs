namespace Weir.LogGenerator.World;

/// <summary>How many bytes the balancer's own answers have. Source: ALB, observed, and sums of the page's parts.</summary>
internal static class BalancerPages
{
    public static int Bytes(int status) => status switch
    {
        400 => 272,
        401 => 310,
        403 => 271,
        405 => 277,
        408 => 287,
        413 => 311,
        414 => 302,
        460 => 0,
        500 => 307,
        501 => 284,
        502 => 277,
        503 => 337,
        504 => 292,
        505 => 317,
        _ => 277,
    };
}
