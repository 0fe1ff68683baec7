namespace Turnpike.Gateway.Admission;

/// <summary>A day's quota of requests to <c>:free</c> models. A null <paramref name="Limit"/> is no limit.</summary>
public readonly record struct FreeQuotaView(int? Limit, int Used);
