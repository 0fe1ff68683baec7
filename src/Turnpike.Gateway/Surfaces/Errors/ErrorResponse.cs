using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Surfaces.Errors;

/// <summary>Writes an error in OpenRouter's shape: <c>{"error":{"code","message","metadata":{"error_type",…},"availability"?}}</c>.</summary>
/// <remarks>The error type stands both in <c>error</c> and in <c>error.metadata</c>, because OpenRouter's documents show both;
/// <c>error.type</c> and <c>error.param</c> are OpenAI's, for its clients. A 500 says nothing beyond its message.</remarks>
public static class ErrorResponse
{
    /// <summary>Where each <c>availability.code</c> is explained; the words are OpenRouter's.</summary>
    private const string DocsUrl = "https://openrouter.ai/docs/api/reference/errors-and-debugging";

    /// <summary>Answers a request with an error, in the shape of the address where it has one of its own: status, <c>Retry-After</c>, rate-limit headers and body. The response must not have begun.</summary>
    public static async Task WriteAsync(HttpContext context, GatewayError error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        var body = new ArrayBufferWriter<byte>(512);
        var shape = context.GetEndpoint() is { Metadata.Count: > 0 } endpoint ? endpoint.Metadata.GetMetadata<IErrorShape>() : ShapeOf(context);
        if (shape is null)
        {
            Format(body, error);
        }
        else
        {
            shape.Format(body, error, context.TraceIdentifier);
        }

        var response = context.Response;
        response.StatusCode = shape?.StatusOf(error) ?? error.Status;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        WriteHeaders(response.Headers, error);
        var isUnread = error.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout or StatusCodes.Status415UnsupportedMediaType;
        if (isUnread && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // The rest of the body is not read, so the connection ends here; a client that is not told sends its next request into it.
            response.Headers.Connection = "close";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }

        if (isUnread)
        {
            await UnreadBody.DiscardAsync(context);
        }
    }

    /// <summary>Writes the body alone, in OpenRouter's shape.</summary>
    public static void Format(IBufferWriter<byte> output, GatewayError error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        using var writer = new Utf8JsonWriter(output, SurfaceJson.Options);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Status);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("type"u8, OpenAIType(error.Status));
        writer.WriteString("param"u8, error.Param);
        writer.WriteString("error_type"u8, error.Type);
        if (error.Status != StatusCodes.Status500InternalServerError)
        {
            writer.WriteNumber("http_status"u8, error.Status);
            WriteMetadata(writer, error);
            WriteAvailability(writer, error);
        }

        writer.WriteEndObject();
        writer.WriteRouteMetadata(error);
        writer.WriteEndObject();
    }

    /// <summary>What <c>Retry-After</c> says, whole seconds and at least one; null when it is not sent.</summary>
    internal static long? RetryAfterSeconds(GatewayError error)
    {
        var wait = error.RetryAfter ?? (error.Status == StatusCodes.Status429TooManyRequests ? GatewayErrors.DefaultRetryAfter : null);
        return wait is { } known && error.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            ? Math.Max(1, (long)Math.Ceiling(known.TotalSeconds))
            : null;
    }

    private static void WriteHeaders(IHeaderDictionary headers, GatewayError error)
    {
        if (RetryAfterSeconds(error) is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.RateLimit is { } limit)
        {
            headers["X-RateLimit-Limit"] = limit.Limit.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = limit.Remaining.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = limit.ResetAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        }

        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            headers.WWWAuthenticate = "Bearer";
        }
    }

    private static void WriteMetadata(Utf8JsonWriter writer, GatewayError error)
    {
        writer.WriteStartObject("metadata"u8);
        writer.WriteString("error_type"u8, error.Type);
        if (error.ProviderCode is { } code)
        {
            writer.WriteString("provider_code"u8, code);
        }

        if (error.ProviderName is { } provider)
        {
            writer.WriteString("provider_name"u8, provider);
        }

        if (error.ProviderMessage is { } raw)
        {
            writer.WriteString("raw"u8, GatewayErrors.Bounded(raw));
        }

        if (error.Flag is { } flag)
        {
            writer.WriteStrings("reasons"u8, flag.Reasons);
            writer.WriteString("model_slug"u8, flag.Model);
        }

        if (error.PreviousErrors is { IsDefaultOrEmpty: false } previous)
        {
            writer.WriteStartArray("previous_errors"u8);
            foreach (var failed in previous)
            {
                writer.WriteStartObject();
                writer.WriteString("provider"u8, failed.Provider);
                writer.WriteString("code"u8, failed.Code);
                writer.WriteNumber("status"u8, failed.Status);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes <c>availability</c>, in every API the same; nothing where no endpoint was missed.</summary>
    internal static void WriteAvailability(Utf8JsonWriter writer, GatewayError error)
    {
        if (error.Availability is not { } availability)
        {
            return;
        }

        writer.WriteStartObject("availability"u8);
        writer.WriteString("code"u8, availability.Code);
        writer.WriteBoolean("retryable"u8, availability.Retryable);
        if (RetryAfterSeconds(error) is { } seconds)
        {
            writer.WriteNumber("retry_after"u8, seconds);
        }

        writer.WriteStrings("requested_models"u8, availability.RequestedModels);
        WriteStringsIfAny(writer, "affected_providers"u8, availability.AffectedProviders);
        WriteStringsIfAny(writer, "excluded_by"u8, availability.ExcludedBy);
        WriteStringsIfAny(writer, "fallback_models"u8, availability.FallbackModels);
        if (availability.Constraint is { } constraint)
        {
            writer.WriteStartObject("constraint"u8);
            writer.WriteString("field"u8, constraint.Field);
            writer.WriteString("detail"u8, constraint.Detail);
            writer.WriteEndObject();
        }

        writer.WriteString("docs_url"u8, DocsUrl);
        writer.WriteEndObject();
    }

    private static void WriteStringsIfAny(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ImmutableArray<string> values)
    {
        if (!values.IsDefaultOrEmpty)
        {
            writer.WriteStrings(name, values);
        }
    }

    // Where no operation is, or not by this method: the shape of those at or above the address, or of the one that was meant.
    private static IErrorShape? ShapeOf(HttpContext context) =>
        MeantAddress.Addresses(context)
            .Where(a => context.Request.Path.StartsWithSegments(a.Address))
            .Select(static a => a.Shape)
            .FirstOrDefault(static s => s is not null)
        ?? MeantAddress.Of(context)?.Shape;

    private static string OpenAIType(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status402PaymentRequired => "insufficient_quota",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
