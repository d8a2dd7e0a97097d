//! The graphics processor.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use futures_channel::oneshot;
use thiserror::Error;
use wgpu::util::DeviceExt;

use super::kernels::{Kernel, Layout, Tuning};

/// Why a graphics processor does not do what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GpuError {
    /// There is none, or the browser does not give it. Use the processor.
    #[error("there is no graphics processor that this browser gives")]
    Absent,
    /// It lacks something. Use the processor.
    #[error("the graphics processor cannot run the model: {0}")]
    Unsupported(String),
    /// Its memory is full. Use a smaller model or context, or the processor.
    #[error("the graphics processor's memory is full")]
    OutOfMemory,
    /// The system took it away: sleep, a driver's update, a crash. Open it again.
    #[error("the graphics processor was lost")]
    Lost,
    /// It refused a command. Use the processor.
    #[error("the graphics processor refused a command: {0}")]
    Failed(String),
}

/// What to ask of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GpuOptions {
    /// Whether a program that plays a graphics processor will do (tests).
    pub software: bool,
    /// Largest buffer that a kernel is given, where that is less than what the adapter offers.
    pub binding_bytes: u64,
    /// Whether subgroups may be used where the adapter has them.
    pub subgroups: bool,
}

impl Default for GpuOptions {
    fn default() -> Self {
        Self { software: false, binding_bytes: u64::MAX, subgroups: true }
    }
}

/// An open device with its compiled kernels.
pub struct GpuDevice {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    tuning: Tuning,
    binding_bytes: u64,
    fault: Arc<Mutex<Option<GpuError>>>,
    pipelines: RefCell<HashMap<Kernel, wgpu::ComputePipeline>>,
    layouts: RefCell<HashMap<Layout, wgpu::BindGroupLayout>>,
}

impl GpuDevice {
    /// Opens the fastest adapter.
    ///
    /// # Errors
    /// [`GpuError::Absent`] where there is none, [`GpuError::Failed`] where it does not open.
    pub async fn open(options: GpuOptions) -> Result<Rc<Self>, GpuError> {
        let instance = wgpu::Instance::default();
        let wanted = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        };
        let adapter = instance.request_adapter(&wanted).await.map_err(|_| GpuError::Absent)?;
        let info = adapter.get_info();
        if info.device_type == wgpu::DeviceType::Cpu && !options.software {
            return Err(GpuError::Absent);
        }
        let offered = adapter.limits();
        let has_subgroups = options.subgroups && adapter.features().contains(wgpu::Features::SUBGROUP);
        let required_limits = wgpu::Limits {
            max_buffer_size: offered.max_buffer_size,
            max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
            ..wgpu::Limits::defaults()
        };
        let descriptor = wgpu::DeviceDescriptor {
            required_features: if has_subgroups { wgpu::Features::SUBGROUP } else { wgpu::Features::empty() },
            required_limits,
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = adapter.request_device(&descriptor).await;
        let (device, queue) = opened.map_err(|error| GpuError::Failed(error.to_string()))?;
        let fault: Arc<Mutex<Option<GpuError>>> = Arc::default();
        let noted = fault.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let error = match error {
                wgpu::Error::OutOfMemory { .. } => GpuError::OutOfMemory,
                other => GpuError::Failed(other.to_string()),
            };
            noted.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }));
        let noted = fault.clone();
        device.set_device_lost_callback(move |_, _| {
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(GpuError::Lost);
        });
        let largest = offered.max_storage_buffer_binding_size.min(offered.max_buffer_size);
        Ok(Rc::new(Self {
            device,
            queue,
            tuning: Tuning::of(has_subgroups, &info),
            binding_bytes: options.binding_bytes.min(largest),
            fault,
            pipelines: RefCell::default(),
            layouts: RefCell::default(),
        }))
    }

    /// Largest buffer that a kernel can be given.
    pub(super) const fn binding_bytes(&self) -> u64 {
        self.binding_bytes
    }

    /// What went wrong since the device was opened, if anything did.
    ///
    /// # Errors
    /// The first fault, or [`GpuError::Lost`].
    pub fn check(&self) -> Result<(), GpuError> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone().map_or(Ok(()), Err)
    }

    /// Gives the device back to the system, as if it were lost.
    pub fn destroy(&self) {
        self.device.destroy();
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(GpuError::Lost);
    }

    /// The compiled kernel.
    pub(super) fn pipeline(&self, kernel: Kernel) -> wgpu::ComputePipeline {
        let known = self.pipelines.borrow().get(&kernel).cloned();
        known.unwrap_or_else(|| {
            let layout = self.layout(kernel.layout());
            let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(&layout)],
                immediate_size: 0,
            });
            let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: None,
                source: wgpu::ShaderSource::Wgsl(kernel.source(self.tuning).into()),
            });
            let pipeline = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(kernel.entry_point()),
                layout: Some(&layout),
                module: &module,
                entry_point: Some(kernel.entry_point()),
                compilation_options: wgpu::PipelineCompilationOptions {
                    // Every buffer is zeroed, and the workgroups write their memory before they read it.
                    zero_initialize_workgroup_memory: false,
                    ..wgpu::PipelineCompilationOptions::default()
                },
                cache: None,
            });
            self.pipelines.borrow_mut().insert(kernel, pipeline.clone());
            pipeline
        })
    }

    fn layout(&self, layout: Layout) -> wgpu::BindGroupLayout {
        let known = self.layouts.borrow().get(&layout).cloned();
        known.unwrap_or_else(|| {
            let entries: Vec<wgpu::BindGroupLayoutEntry> = (0..).zip(layout.bindings()).map(entry).collect();
            let descriptor = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
            let made = self.device.create_bind_group_layout(&descriptor);
            self.layouts.borrow_mut().insert(layout, made.clone());
            made
        })
    }

    /// Buffers in the order of the layout's bindings.
    pub(super) fn bind(&self, layout: Layout, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
        let entries: Vec<wgpu::BindGroupEntry<'_>> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let layout = self.layout(layout);
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries })
    }

    /// A zeroed buffer of so many 32-bit words for kernels.
    pub(super) fn storage(&self, words: usize) -> wgpu::Buffer {
        use wgpu::BufferUsages as Usage;
        self.buffer(words, Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC)
    }

    /// A buffer to read back from.
    pub(super) fn staging(&self, words: usize) -> wgpu::Buffer {
        self.buffer(words, wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST)
    }

    fn buffer(&self, words: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let size = 4 * words.max(4) as u64;
        self.device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
    }

    /// A buffer with these floats for kernels to read.
    pub(super) fn floats(&self, values: &[f32]) -> wgpu::Buffer {
        let buffer = self.storage(values.len());
        self.queue.write_buffer(&buffer, 0, bytemuck::cast_slice(values));
        buffer
    }

    /// Constants of a kernel, in a multiple of 16 bytes.
    pub(super) fn uniform(&self, words: [u32; 8]) -> wgpu::Buffer {
        self.device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: None,
            contents: bytemuck::cast_slice(&words),
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        })
    }

    /// The words of a staging buffer, when the commands that were submitted so far are done.
    pub(super) async fn read_back(&self, staging: &wgpu::Buffer, words: usize) -> Result<Vec<u32>, GpuError> {
        let (sender, receiver) = oneshot::channel();
        let slice = staging.slice(..4 * words as u64);
        slice.map_async(wgpu::MapMode::Read, move |mapped| {
            // Nobody waits any more where this fails.
            let _ = sender.send(mapped);
        });
        self.wait(receiver).await?.map_err(|error| GpuError::Failed(error.to_string()))?;
        let view = slice.get_mapped_range().map_err(|error| GpuError::Failed(error.to_string()))?;
        let found = bytemuck::pod_collect_to_vec(&view);
        drop(view);
        staging.unmap();
        self.check()?;
        Ok(found)
    }

    /// Waits until the commands that were submitted so far are done.
    pub(super) async fn finish(&self) -> Result<(), GpuError> {
        let (sender, receiver) = oneshot::channel();
        self.queue.on_submitted_work_done(move || {
            let _ = sender.send(());
        });
        self.wait(receiver).await?;
        self.check()
    }

    async fn wait<T>(&self, receiver: oneshot::Receiver<T>) -> Result<T, GpuError> {
        self.check()?;
        // A browser does this by itself.
        #[cfg(not(target_arch = "wasm32"))]
        if self.device.poll(wgpu::PollType::wait_indefinitely()).is_err() {
            return Err(GpuError::Lost);
        }
        receiver.await.map_err(|_| GpuError::Lost)
    }
}

fn entry((binding, kind): (u32, char)) -> wgpu::BindGroupLayoutEntry {
    let ty = match kind {
        'u' => wgpu::BufferBindingType::Uniform,
        kind => wgpu::BufferBindingType::Storage { read_only: kind == 'r' },
    };
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
        count: None,
    }
}
