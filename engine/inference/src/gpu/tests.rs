//! The kernels against floats, the network against the one on the processor: on whatever adapter there is, a program that
//! plays one where there is none. `cargo xtask test` brings one.

use std::rc::Rc;

use half::f16;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::kernels::{Ending, Kernel, Layout};
use super::matrix::GpuMatrix;
use super::*;
use crate::format::{Gguf, TensorType};
use crate::kernels::samples::{FLOATS, QUANTISED, Random};
use crate::model::layer::Row;
use crate::model::{Decoder, Precision};
use crate::{InferenceError, Pulse};

fn open(options: GpuOptions) -> Rc<GpuDevice> {
    pollster::block_on(GpuDevice::open(GpuOptions { software: true, ..options }))
        .expect("these tests need Vulkan or Metal; `cargo xtask test` sets a software adapter up")
}

/// With subgroups, without, and with buffers so small that matrices are cut.
fn devices() -> [Rc<GpuDevice>; 3] {
    let usual = GpuOptions::default();
    [usual, GpuOptions { subgroups: false, ..usual }, GpuOptions { binding_bytes: 100_000, ..usual }].map(open)
}

/// One product as the kernels give it.
struct Case {
    columns: usize,
    rows: usize,
    tokens: usize,
    norm: bool,
    ending: Ending,
}

fn check_product(
    gpu: &GpuDevice,
    random: &mut Random,
    kinds: [TensorType; 2],
    case: &Case,
) -> Result<(), TestCaseError> {
    let Case { columns, rows, tokens, norm, ending } = *case;
    let stored: Vec<(TensorType, Vec<u8>)> = (0..rows)
        .map(|row| if row < rows / 2 { kinds[0] } else { kinds[1] })
        .map(|kind| (kind, random.tensor(kind, columns)))
        .collect();
    let borrowed: Vec<Row<'_>> = stored.iter().map(|(kind, bytes)| (*kind, bytes.as_slice())).collect();
    let in_pairs = ending == Ending::Gate;
    let matrix = GpuMatrix::from_rows(gpu, &borrowed, columns, in_pairs).unwrap();
    let (inputs, gains, bias) = (random.floats(tokens * columns), random.floats(columns), random.floats(rows));
    let stride = if in_pairs { rows / 2 } else { rows };
    let before = random.floats(tokens * stride);
    let outputs = gpu.floats(&before);
    let buffers = [&inputs, &gains, &bias].map(|values| gpu.floats(values));
    let now = gpu.uniform([tokens as u32, 0, tokens as u32 - 1, 0, 0, 0, 0, 0]);
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    for segment in &matrix.segments {
        let numbers = [segment.rows, columns, segment.first, stride, segment.upper].map(|number| number as u32);
        let [rows, columns, first, stride, upper] = numbers;
        let dims = gpu.uniform([rows, columns, first, stride, upper, 0, 1e-5f32.to_bits(), 0]);
        let many = tokens > 1;
        let [inputs, gains, bias] = &buffers;
        let bound = [&segment.words, &segment.scales, inputs, gains, bias, &outputs, &dims, &now];
        pass.set_pipeline(&gpu.pipeline(Kernel::Product { packing: segment.packing, norm, ending, many }));
        pass.set_bind_group(0, &gpu.bind(Layout::Product, &bound), &[]);
        if many {
            pass.dispatch_workgroups(rows.div_ceil(32), (tokens as u32).div_ceil(32), 1);
        } else {
            pass.dispatch_workgroups(rows.div_ceil(4), 1, 1);
        }
    }
    drop(pass);
    let staging = gpu.staging(tokens * stride);
    encoder.copy_buffer_to_buffer(&outputs, 0, &staging, 0, 4 * (tokens * stride) as u64);
    gpu.queue.submit([encoder.finish()]);
    let found = pollster::block_on(gpu.read_back(&staging, tokens * stride)).unwrap();

    let weights: Vec<Vec<f32>> = stored.iter().map(|(kind, bytes)| kind.dequantise(bytes)).collect();
    for (token, input) in inputs.chunks_exact(columns).enumerate() {
        let mean_square = input.iter().map(|x| f64::from(x * x)).sum::<f64>() / columns as f64;
        let factor = if norm { 1.0 / (mean_square + 1e-5).sqrt() } else { 1.0 };
        let x: Vec<f64> = input
            .iter()
            .zip(&gains)
            .map(|(x, gain)| f64::from(*x) * if norm { f64::from(*gain) * factor } else { 1.0 })
            .collect();
        // By how much rounding may move the sum: scales of K types become 16-bit floats, floats 12-bit numbers.
        let dots: Vec<(f64, f64)> = weights
            .iter()
            .map(|row| {
                let terms = row.iter().zip(&x).map(|(w, x)| f64::from(*w) * x);
                (terms.clone().sum(), terms.map(f64::abs).sum::<f64>() * 1e-3 + 1e-4)
            })
            .collect();
        for at in 0..stride {
            let (expected, room) = match ending {
                Ending::Store => dots[at],
                Ending::Bias => (dots[at].0 + f64::from(bias[at]), dots[at].1),
                Ending::Add => (dots[at].0 + f64::from(before[token * stride + at]), dots[at].1),
                Ending::Gate => {
                    let ((gate, gate_room), (up, up_room)) = (dots[2 * at], dots[2 * at + 1]);
                    let silu = gate / (1.0 + (-gate).exp());
                    (silu * up, silu.abs() * up_room + 1.1 * gate_room * up.abs() + gate_room * up_room)
                }
            };
            let got = f64::from(f32::from_bits(found[token * stride + at]));
            prop_assert!(
                (got - expected).abs() <= room,
                "{kinds:?}, token {token}, row {at}: {got} instead of {expected}"
            );
        }
    }
    Ok(())
}

#[test]
fn products_equal_those_of_floats() {
    let devices = devices();
    let endings = prop::sample::select(vec![Ending::Store, Ending::Bias, Ending::Add, Ending::Gate]);
    let kind = || prop::sample::select([&FLOATS[..], &QUANTISED[..]].concat());
    let kinds = [kind(), kind()];
    let sizes = (1..4usize, 1..50usize, prop::sample::select(vec![1, 1, 2, 31, 33, 70]));
    let cases = (any::<u64>(), 0..3usize, kinds, any::<bool>(), sizes, any::<bool>(), endings);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(96));
    let result = runner.run(&cases, |(seed, device, kinds, alike, (columns, rows, tokens), norm, ending)| {
        let kinds = if alike { [kinds[0]; 2] } else { kinds };
        let blocks = kinds.map(TensorType::block_weights).into_iter().max().unwrap().max(32);
        let case = Case { columns: columns * blocks, rows: 2 * rows, tokens, norm, ending };
        check_product(&devices[device], &mut Random::new(seed), kinds, &case)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn fixture(name: &str) -> Vec<u8> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    std::fs::read(std::path::Path::new(&package).join("tests/fixtures").join(format!("tiny-{name}.gguf"))).unwrap()
}

fn logits_after(gpu: &Rc<GpuDevice>, bytes: &[u8], context: usize, blocks: &[&[u32]]) -> (Best, Vec<f32>) {
    pollster::block_on(async {
        let gguf = Gguf::parse(bytes)?;
        let model = GpuDecoder::load(&gguf, context, gpu, &Pulse::none()).await?;
        let mut cache = model.new_cache();
        let (last, before) = blocks.split_last().unwrap();
        for block in before {
            model.read(block, &mut cache).await?;
        }
        let best = model.next_best(last, &mut cache).await?;
        Ok::<_, InferenceError>((best, model.all_logits().await?))
    })
    .unwrap()
}

fn largest_difference(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}

#[test]
fn every_family_gives_the_logits_of_the_processor() {
    let devices = devices();
    let tokens: Vec<u32> = (0..14).map(|i| i * 7 % 60 + 3).collect();
    for name in ["llama", "mistral", "qwen2", "qwen3", "phi3"] {
        let bytes = fixture(name);
        let gguf = Gguf::parse(&bytes).unwrap();
        let [exact, expected] = [Precision::Float, Precision::Quantised].map(|precision| {
            let model = pollster::block_on(Decoder::load(&gguf, precision, 16)).unwrap();
            model.next_logits(&tokens, &mut model.new_cache()).unwrap()
        });
        let rounding = largest_difference(&expected, &exact);
        for (index, gpu) in devices.iter().enumerate() {
            let mut one_by_one: Vec<&[u32]> = vec![&tokens[..9]];
            one_by_one.extend(tokens[9..].chunks(1));
            for blocks in [&[&tokens[..]][..], &[&tokens[..5], &tokens[5..]], &one_by_one] {
                let (best, logits) = logits_after(gpu, &bytes, 16, blocks);
                let off = [&expected, &exact].map(|right| largest_difference(&logits, right));
                println!("{name} on device {index}: off by {off:?}, the processor by {rounding}");
                // Keys and values are 16-bit floats there, weights and activations are rounded on the processor. It may be no
                // farther from the processor than the processor is from the exact logits, and near these.
                let largest = exact.iter().fold(0.0, |largest: f32, logit| largest.max(logit.abs()));
                assert!(off[0] <= rounding, "{name} on device {index}: a logit is off by {off:?}");
                assert!(off[1] <= 6e-3 * largest, "{name} on device {index}: a logit is off by {off:?}");
                assert_eq!(best.tokens[0].1, logits.iter().copied().fold(f32::MIN, f32::max), "{name}");
            }
        }
    }
}

#[test]
fn what_is_read_back_is_the_best_of_every_slice() {
    let gpu = open(GpuOptions::default());
    let mut random = Random::new(9);
    for count in [3, 8, 900, 1_024, 1_025, 5_000] {
        let mut logits = random.floats(count);
        // Equals: the first one counts.
        logits[count - 1] = 1.5;
        logits[count / 2] = 1.5;
        let buffer = gpu.floats(&logits);
        // A buffer has at least four words.
        let (buffer, logits) = if count < 4 {
            (gpu.floats(&[logits.clone(), vec![-9.0]].concat()), [logits, vec![-9.0]].concat())
        } else {
            (buffer, logits)
        };
        let slices = logits.len().div_ceil(best::SLICE);
        let out = gpu.storage(slices * best::SLICE_WORDS);
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&gpu.pipeline(Kernel::Best));
        pass.set_bind_group(0, &gpu.bind(Layout::Best, &[&buffer, &out]), &[]);
        pass.dispatch_workgroups(slices as u32, 1, 1);
        drop(pass);
        let staging = gpu.staging(slices * best::SLICE_WORDS);
        encoder.copy_buffer_to_buffer(&out, 0, &staging, 0, out.size());
        gpu.queue.submit([encoder.finish()]);
        let words = pollster::block_on(gpu.read_back(&staging, slices * best::SLICE_WORDS)).unwrap();
        let best = Best::from_words(&words);
        let mut sorted: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        assert_eq!(best.tokens.first(), sorted.first(), "{count}");
        let sure: Vec<_> = best.tokens.iter().take_while(|(_, logit)| *logit > best.bound).collect();
        assert!(!sure.is_empty() && sure.iter().zip(&sorted).all(|(a, b)| *a == b), "{count}");
        if count <= 8 {
            assert_eq!(best.tokens, sorted);
            assert_eq!(best.bound, if logits.len() == 8 { sorted[7].1 } else { f32::NEG_INFINITY });
        }
        let total: f64 = logits.iter().map(|logit| f64::from(*logit).exp()).sum();
        assert!((f64::from(best.log_total) - total.ln()).abs() < 1e-4, "{count}");
    }
}

#[test]
fn a_device_is_checked_and_measured() {
    for gpu in devices() {
        pollster::block_on(probe::check(&gpu)).unwrap_or_else(|error| match error {
            // Of the one with small buffers.
            InferenceError::Gpu(GpuError::Unsupported(_)) => {}
            error => panic!("{error}"),
        });
    }
}

#[test]
fn a_lost_device_is_said_to_be_lost() {
    let gpu = open(GpuOptions::default());
    let bytes = fixture("llama");
    let model = pollster::block_on(GpuDecoder::load(&Gguf::parse(&bytes).unwrap(), 16, &gpu, &Pulse::none())).unwrap();
    let mut cache = model.new_cache();
    pollster::block_on(model.next_best(&[3, 4], &mut cache)).unwrap();
    gpu.destroy();
    let lost = pollster::block_on(model.next_best(&[5], &mut cache));
    assert_eq!(lost, Err(InferenceError::Gpu(GpuError::Lost)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let gpu = open(GpuOptions::default());
    let bytes = fixture("llama");
    let model = pollster::block_on(GpuDecoder::load(&Gguf::parse(&bytes).unwrap(), 4, &gpu, &Pulse::none())).unwrap();
    let mut cache = model.new_cache();
    let too_long = pollster::block_on(model.read(&[3; 5], &mut cache));
    assert_eq!(too_long, Err(InferenceError::TooLong { tokens: 5, limit: 4 }));
    for wrong in [&[][..], &[1_000_000]] {
        let refused = pollster::block_on(model.read(wrong, &mut cache));
        assert!(matches!(refused, Err(InferenceError::Tokenizer(_))), "{refused:?}");
    }
    let row = [0u8; 18];
    let cut = GpuMatrix::from_rows(&gpu, &[(TensorType::Q4_0, &row)], 64, false).map(|matrix| matrix.columns);
    assert!(matches!(cut, Err(InferenceError::Damaged(_))), "{cut:?}");
    let mut huge = [0u8; 144];
    huge[..2].copy_from_slice(&f16::MAX.to_le_bytes());
    huge[4] = 63;
    let out_of_range = GpuMatrix::from_rows(&gpu, &[(TensorType::Q4K, &huge)], 256, false).map(|matrix| matrix.columns);
    assert!(matches!(out_of_range, Err(InferenceError::Damaged(_))), "{out_of_range:?}");
}
