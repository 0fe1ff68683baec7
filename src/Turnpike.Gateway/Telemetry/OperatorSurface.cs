using System.Buffers;
using Turnpike.Gateway.Surfaces;

namespace Turnpike.Gateway.Telemetry;

/// <summary>What operators and their machines read: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
public static class OperatorSurface
{
    /// <summary>Maps them at the root. They carry no secrets, but figures of all accounts together: bind them to another address
    /// (<see cref="GatewayOptions.AdminUrls"/>) where those are nobody's business.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var page = new MetricsPage(
            services.GetRequiredService<GatewayTelemetry>(), new ProcessFigures(services.GetRequiredService<TimeProvider>()));
        IReadiness[] parts = [.. services.GetServices<IReadiness>()];
        endpoints.MapRead("/metrics", context => MetricsAsync(context, page));
        endpoints.MapRead("/health/live", static context => HealthAsync(context, []));
        endpoints.MapRead("/health/ready", context => HealthAsync(context, [.. parts.Where(static p => !p.IsReady)]));
    }

    private static async Task MetricsAsync(HttpContext context, MetricsPage page)
    {
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        page.Write(body);
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = body.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }

    private static Task HealthAsync(HttpContext context, IReadOnlyList<IReadiness> missing)
    {
        context.Response.StatusCode = missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        return SurfaceJson.AnswerAsync(context, missing, static (writer, missing) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, missing.Count == 0 ? "ok"u8 : "unavailable"u8);
            if (missing.Count > 0)
            {
                writer.WriteStartArray("reasons"u8);
                foreach (var part in missing)
                {
                    writer.WriteStringValue(part.Reason ?? "not ready");
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });
    }
}
