using System.Text.Json.Serialization;
using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Figures as JSON and back, exactly; what is zero is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(EndpointFigures))]
internal sealed partial class FiguresJson : JsonSerializerContext;
