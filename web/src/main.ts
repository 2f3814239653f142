/** The page begins here: read the address, start listening, draw. */

import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './app/App.svelte';
import { clock } from './stores/clock.svelte';
import { damage } from './stores/damage.svelte';
import { stream } from './stores/stream.svelte';
import { theme } from './stores/theme.svelte';
import { view } from './stores/view.svelte';

view.start();
theme.start();
clock.start();
damage.start();
stream.start();

mount(App, { target: document.getElementById('app')! });
