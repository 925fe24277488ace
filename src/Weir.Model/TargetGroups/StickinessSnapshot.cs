namespace Weir.Model;

/// <summary>How clients stay with a target of a group. Source: ALB user guide, sticky sessions.</summary>
/// <param name="Enabled">`stickiness.enabled`.</param>
/// <param name="Type">`stickiness.type`.</param>
/// <param name="Duration">`stickiness.lb_cookie.duration_seconds` or `stickiness.app_cookie.duration_seconds`, by type.</param>
/// <param name="AppCookieName">`stickiness.app_cookie.cookie_name`; empty with lb_cookie.</param>
public sealed record StickinessSnapshot(bool Enabled, StickinessType Type, TimeSpan Duration, string AppCookieName);
