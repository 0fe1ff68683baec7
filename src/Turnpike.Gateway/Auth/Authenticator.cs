using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Auth;

/// <summary>Tells who sends a request, by the key in its <c>Authorization</c> header, or <c>x-api-key</c> (Anthropic's clients), or <c>api-key</c> (Azure's).</summary>
/// <remarks>A known key costs a hash and a look-up; no I/O. Thread-safe.</remarks>
public sealed class Authenticator(KeyCache keys, TimeProvider time)
{
    /// <summary>Answers the key's state, or the error to tell. A fault of ours is 503, never 401.</summary>
    public ValueTask<AuthResult> AuthenticateAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!TryReadKey(context.Request.Headers, out var text))
        {
            return new(new AuthResult(null, GatewayErrors.MissingKey));
        }

        if (!text.StartsWith(KeyText.AcceptedPrefix, StringComparison.Ordinal) || text.Length > 256)
        {
            return new(new AuthResult(null, GatewayErrors.UnknownKey));
        }

        var hash = KeyHash.Of(text);
        return keys.TryGet(hash, out var known) ? new(Judge(known)) : LoadAsync(hash, context.RequestAborted);
    }

    private async ValueTask<AuthResult> LoadAsync(KeyHash hash, CancellationToken cancellationToken)
    {
        try
        {
            return Judge(await keys.LoadAsync(hash, cancellationToken));
        }
        catch (StoreUnavailableException)
        {
            return new(null, GatewayErrors.StoreUnavailable);
        }
    }

    private AuthResult Judge(KeyState? key) => key switch
    {
        null => new(null, GatewayErrors.UnknownKey),
        { Key.Disabled: true } => new(null, GatewayErrors.DisabledKey),
        { Key.ExpiresAt: { } end } when end <= time.GetUtcNow() => new(null, GatewayErrors.ExpiredKey),
        _ => new(key, null),
    };

    private static bool TryReadKey(IHeaderDictionary headers, out ReadOnlySpan<char> key)
    {
        const string scheme = "Bearer ";
        key = headers.Authorization is [{ } authorization, ..] && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization.AsSpan(scheme.Length).Trim()
            : headers["x-api-key"] is [{ } bare, ..] ? bare.AsSpan().Trim()
            : headers["api-key"] is [{ } azures, ..] ? azures.AsSpan().Trim() : default;
        return !key.IsEmpty;
    }
}

/// <summary>The key of a request, or the error that says why there is none.</summary>
public readonly record struct AuthResult(KeyState? Key, GatewayError? Error)
{
    [MemberNotNullWhen(true, nameof(Key))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsKnown => Key is not null;
}
