using Fog.Client;
using Fog.Samples.Application;

// Needs a silo and some devices: `fog up` and `fog fleet 7`.
using var fog = await FogClient.ConnectAsync(new Uri(args is [var address, ..] ? address : "http://127.0.0.1:7400"));
double[] celsius = [11.5, 12.25, 14, 17.75, 21, 19.5, 16];

var mean = await fog.Weather.MeanAsync(celsius);
Console.WriteLine($"On average {mean:F1} °C, {await fog.Weather.FeelingAsync(mean)}.");
Console.WriteLine($"From 10 to 25 °C: {string.Join(", ", await fog.Weather.HistogramAsync(celsius, 10, 25, 5))}.");
