using Microsoft.AspNetCore.Http;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway;

/// <summary>Takes the body of a request: read whole, a preset put behind it, and what we must know of it read.</summary>
internal sealed class CallerBody(GatewayOptions options, PresetBook presets)
{
    /// <summary>Reads the body into <paramref name="body"/>; the request with the preset that it names, or the error to tell.</summary>
    public async ValueTask<(InferenceRequest? Request, AppliedPreset? Preset, GatewayError? Error)> ReadAsync(
        HttpContext http, ICallerFormat format, AccountId account, BodyBuffer body)
    {
        if (await RequestBody.ReadAsync(http.Request, body, options.Limits.BodyBytesMax, http.RequestAborted) is { } unread)
        {
            return (null, null, unread);
        }

        if (Deployment.Of(http.Request) is { } model && Deployment.Named(body.Span, http.Request.ContentType, model) is { } named)
        {
            body.Replace(named);
        }

        if (format.AsRead(body.Span, out var error) is { } json)
        {
            body.Replace(json);
        }

        if (error is not null || !format.TryRead(body.Span, out var request, out error))
        {
            return (null, null, error);
        }

        if (PresetName.Of(request!.Model, request.Preset) is not { } wanted) // set where it was read
        {
            return (request, null, null);
        }

        if (format.Operation != Operation.Chat)
        {
            return (null, null, GatewayErrors.InvalidField("model", "names a preset, which is for conversations. Name a model."));
        }

        return await presets.FindAsync(account, wanted.Slug, http.RequestAborted) is { } preset
            ? WithPreset(format, body, preset, wanted.Model)
            : (null, null, GatewayErrors.PresetNotFound(GatewayErrors.Bounded(wanted.Slug, 100)));
    }

    private static (InferenceRequest? Request, AppliedPreset? Preset, GatewayError? Error) WithPreset(
        ICallerFormat format, BodyBuffer body, AppliedPreset preset, string model)
    {
        var (merged, applied, error) = PresetBook.Apply(body.Span, preset, format.Dialect, model);
        if (merged is null)
        {
            return (null, null, error);
        }

        body.Replace(merged);
        return format.TryRead(body.Span, out var request, out error) ? (request, applied, null) : (null, null, error);
    }
}
